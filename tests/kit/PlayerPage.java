//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/Browser.java
package tests.kit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import tests.shared.Browser;

/** A page with a player, in a browser. */
record PlayerPage(Browser browser) implements AutoCloseable {
    static PlayerPage open(String url) {
        return new PlayerPage(Browser.open()).go(url);
    }

    PlayerPage go(String url) {
        browser.go(url);
        return this;
    }

    /** What the player shows, in the form of a recording's state, and where the actors stand. */
    JsonObject shown() {
        String json =
                (String)
                        browser.script(
                                """
                                const figure = document.querySelector('.player');
                                const all = (selector) => [...figure.querySelectorAll(selector)];
                                const entries = (place) => all(`.place-${place} .token`).map((token) => {
                                  const [, who, note] = token.children;
                                  return who.textContent + (note.textContent && ': ' + note.textContent);
                                });
                                const lineOf = (element) => element.closest('.row').dataset.line;
                                return JSON.stringify({
                                  say: all('.say')[0].textContent,
                                  ready: entries('ready'),
                                  runs: entries('runs').join(),
                                  input: entries('input'),
                                  output: entries('output'),
                                  select: all('.select')[0].textContent.replace(/^select ?/, ''),
                                  stand: all('.row .chip').map((chip) => `${chip.textContent} ${lineOf(chip)}`).sort(),
                                  lead: all('.row[aria-current=step]').map(lineOf).join(),
                                  printed: all('.terminal')[0].textContent,
                                });
                                """);
        return JsonParser.parseString(json).getAsJsonObject();
    }

    String text(String selector) {
        return (String)
                value("document.querySelector('.player %s').textContent".formatted(selector));
    }

    String attribute(String selector, String name) {
        return (String)
                value(
                        "document.querySelector('.player %s').getAttribute('%s')"
                                .formatted(selector, name));
    }

    long number(String expression) {
        return ((Number) value(expression)).longValue();
    }

    Object value(String expression) {
        return browser.script("return " + expression);
    }

    /** Gives the player the focus, as a click on it does. */
    void focus() {
        browser.script("document.querySelector('.player').focus()");
    }

    @Override
    public void close() {
        browser.close();
    }
}

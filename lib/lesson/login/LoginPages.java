//DEPS com.samskivert:jmustache:1.16
//SOURCES ../../aio/http/HttpResponse.java
//FILES lesson/login/login.mustache=login.mustache
//FILES lesson/login/welcome.mustache=welcome.mustache
package lesson.login;

import module java.base;

import aio.http.HttpResponse;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

/**
 * Sends the two pages of the login, from templates next to this file. A template escapes the values
 * put into it: a user called {@code <script>} is shown, not run.
 */
public final class LoginPages {
    private static final Template LOGIN = template("login.mustache");
    private static final Template WELCOME = template("welcome.mustache");

    private LoginPages() {}

    /** Answers 200 with the login form, empty. */
    public static void form(HttpResponse response) {
        send(response, 200, LOGIN.execute(Map.of()));
    }

    /** Answers 401 with the login form, the name that was typed, and what was wrong. */
    public static void refusal(HttpResponse response, String username, String error) {
        send(response, 401, LOGIN.execute(Map.of("username", username, "error", error)));
    }

    /** Answers 200 with the page for a user who has logged in. */
    public static void welcome(HttpResponse response, String username) {
        send(response, 200, WELCOME.execute(Map.of("username", username)));
    }

    private static void send(HttpResponse response, int status, String html) {
        response.status(status)
                .header("Content-Type", "text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .write(html);
    }

    private static Template template(String file) {
        try (InputStream in = LoginPages.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Mustache.compiler().defaultValue("").compile(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

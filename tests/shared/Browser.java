//DEPS org.seleniumhq.selenium:selenium-bom:4.52.0@pom
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
package tests.shared;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

import java.io.File;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

/** A real browser without a window: Debian's Chromium. */
public final class Browser implements AutoCloseable {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test if there is no browser. */
    public static Browser open() {
        Assumptions.assumeTrue(
                CHROMIUM.canExecute() && DRIVER.canExecute(),
                "no browser: install Debian's packages chromium and chromium-driver");
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        var service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
        service.sendOutputTo(OutputStream.nullOutputStream());
        var driver = new ChromeDriver(service, options);
        driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(20));
        return new Browser(driver);
    }

    public void go(String url) {
        driver.get(url);
    }

    public void type(String selector, String text) {
        driver.findElement(By.cssSelector(selector)).sendKeys(text);
    }

    public void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Clicks as a screen reader does, without the mouse, which may miss on a busy machine. */
    public void activate(String selector) {
        script("document.querySelector('" + selector + "').click()");
    }

    public String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    /** Waits for the page that a click leads to; until then elements belong to the old page. */
    public void awaitText(String selector, String start) {
        await().ignoreException(StaleElementReferenceException.class)
                .untilAsserted(() -> {
                    String text = text(selector);
                    assertTrue(text.startsWith(start), text);
                });
    }

    /** Returns the errors on the console since the last call. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    public void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** Shows pages as on a phone of this width, which may be less than a window's. */
    public void phone(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    }

    /** Lets the reader prefer something, {@code prefers-reduced-motion} for example. */
    public void prefer(String feature, String value) {
        var features = List.of(Map.of("name", feature, "value", value));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", features));
    }

    /** Shows pages as they are printed, or again as on a screen. */
    public void onPaper(boolean paper) {
        String media = paper ? "print" : "screen";
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", media));
    }

    /** Runs no JavaScript on the pages that follow, except this class's own. */
    public void withoutJavaScript() {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    }

    /** Returns where text has less contrast than WCAG 2.1 asks for, which is 4.5 to 1. */
    public Object weakText() {
        return script(
                """
                const light = color => {
                  const [r, g, b] = color.match(/[\\d.]+/g).map(c => c / 255)
                    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const behind = e => {
                  for (; e; e = e.parentElement) {
                    const color = getComputedStyle(e).backgroundColor;
                    if (!/^rgba.*, 0\\)$/.test(color)) return color;
                  }
                };
                return [...document.querySelectorAll('body *')]
                  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
                  .filter(e => e.tagName !== 'text')
                  .filter(e => {
                    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05) < 4.5;
                  })
                  .map(e => e.outerHTML.slice(0, 80)).slice(0, 5);
                """);
    }

    /** Presses keys, wherever the focus is. */
    public void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    public Object script(String javascript) {
        return driver.executeScript(javascript);
    }

    @Override
    public void close() {
        driver.quit();
    }
}

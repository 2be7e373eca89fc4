//DEPS com.samskivert:jmustache:1.16
//FILES lesson/login/login.mustache=login.mustache
//FILES lesson/login/welcome.mustache=welcome.mustache
package lesson.login;

import module java.base;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

/**
 * The two pages of the login, from templates next to this file. A template escapes the values put
 * into it: a user called {@code <script>} is shown, not run. Any thread may call any method.
 */
public final class LoginPages {
    private static final Template LOGIN = template("login.mustache");
    private static final Template WELCOME = template("welcome.mustache");

    private LoginPages() {}

    /** Returns the login form, empty. */
    public static String form() {
        return LOGIN.execute(Map.of());
    }

    /** Returns the login form after an attempt that failed, with the name that was typed. */
    public static String form(String username, String error) {
        return LOGIN.execute(Map.of("username", username, "error", error));
    }

    /** Returns the page for a user who has logged in. */
    public static String welcome(String username) {
        return WELCOME.execute(Map.of("username", username));
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

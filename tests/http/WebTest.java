//SOURCES ../../lib/aio/web/Application.java ../shared/HttpAnswer.java ../shared/TestRun.java
//SOURCES LocalHttp.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aio.EventLoop;
import aio.SleepEvent;
import aio.web.Application;
import aio.web.RequestHandler;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.TestRun;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Routes and handlers. */
@Timeout(60)
class WebTest {
    private static final LocalHttp HTTP =
            new LocalHttp(
                    new Application()
                            .route("/users/(\\d+)/(\\w+)", User::new)
                            .route("/form", Form::new)
                            .route("/later", Later::new)
                            .route("/moved", Moved::new)
                            .route("/(.*)", Rest::new));

    public static void main(String... args) {
        TestRun.main(WebTest.class);
    }

    @AfterAll
    static void stop() {
        HTTP.close();
    }

    static final class User extends RequestHandler {
        @Override
        protected void get() throws Exception {
            write(pathArgument(1) + " " + pathArgument(2) + " " + argument("q", "none"));
        }
    }

    static final class Form extends RequestHandler {
        @Override
        protected void post() throws Exception {
            write(argument("name") + ", " + request().cookie("session"));
            response().cookie("session", "s2", "HttpOnly", "SameSite=Lax");
        }
    }

    static final class Later extends RequestHandler {
        @Override
        protected void get() throws Exception {
            EventLoop.await(new SleepEvent(Duration.ofMillis(50)));
            status(201);
            write("later");
        }
    }

    static final class Moved extends RequestHandler {
        @Override
        protected void get() {
            redirect("/form");
        }
    }

    static final class Rest extends RequestHandler {
        @Override
        protected void get() {
            write("rest: " + pathArgument(1));
        }
    }

    private static HttpAnswer send(String head, String body) {
        try (var client = HTTP.connect()) {
            byte[] bytes =
                    (head + "\r\nHost: a\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
            return HttpAnswer.read(client.send(bytes));
        }
    }

    private static String get(String target) {
        return send("GET " + target + " HTTP/1.1", "").body();
    }

    @Test
    void theFirstRouteThatMatchesTheWholeDecodedPathWins() {
        assertEquals("17 anna none", get("/users/17/anna"));
        assertEquals("17 anna a b", get("/users/17/ann%61?q=a+b"));
        assertEquals("rest: users/x/anna", get("/users/x/anna"));
        assertEquals("rest: ", get("/"));
    }

    private static HttpAnswer post(String headers, String body) {
        String length = "\r\nContent-Length: " + body.length();
        return send("POST /form HTTP/1.1" + length + headers, body);
    }

    @Test
    void aFormIsDecodedAndACookieComesAndGoes() {
        String type = "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8";
        HttpAnswer answer = post(type + "\r\nCookie: a=b; session=s1", "x=1&name=J%C3%BCrgen+K");
        assertEquals("J\u00fcrgen K, s1", answer.body());
        assertEquals("session=s2; HttpOnly; SameSite=Lax", answer.headers().get("Set-Cookie"));
        assertEquals("J\u00fc, null", post(type, "name=J\u00c3\u00bc").body());
        assertEquals(400, post(type, "name=J\u00fc").status());
        assertEquals(400, post(type, "x=1").status());
        assertEquals(400, post(type, "name=%zz").status());
        assertEquals(415, post("\r\nContent-Type: application/json", "{}").status());
    }

    @Test
    void aHandlerMayAwait() {
        assertEquals("later", get("/later"));
        assertEquals(201, send("GET /later HTTP/1.1", "").status());
    }

    @Test
    void methodsThatAHandlerLacks() {
        HttpAnswer refused = send("GET /form HTTP/1.1", "");
        assertEquals(405, refused.status());
        assertEquals("OPTIONS, POST", refused.headers().get("Allow"));
        HttpAnswer options = send("OPTIONS /later HTTP/1.1", "");
        assertEquals(204, options.status());
        assertEquals("GET, HEAD, OPTIONS", options.headers().get("Allow"));
        assertEquals(204, send("OPTIONS * HTTP/1.1", "").status());
        assertEquals(501, send("FOO /later HTTP/1.1", "").status());
        assertEquals(501, send("CONNECT a:1 HTTP/1.1", "").status());
    }

    @Test
    void aRedirectSaysWhere() {
        HttpAnswer answer = send("GET /moved HTTP/1.1", "");
        assertEquals(303, answer.status());
        assertEquals("/form", answer.headers().get("Location"));
    }
}

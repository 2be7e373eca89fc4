//SOURCES ../shared/HttpAnswer.java ServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What every web server of the book promises, on top of {@link ServerContract}. */
abstract class WebServerContract extends ServerContract {
    @Override
    void assertServed(RawClient client, String text) {
        client.send(
                "GET " + page() + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Text: " + text);
        HttpAnswer answer = HttpAnswer.read(client.send("\r\n\r\n"));
        assertEquals(200, answer.status());
        assertEquals(content(), answer.body());
        assertEquals("", client.readToEnd());
    }

    /** A page that is answered at once. */
    String page() {
        return "/index";
    }

    /** The content of that page. */
    String content() {
        return "ok";
    }

    HttpAnswer get(RawClient client, String target) {
        return HttpAnswer.read(client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @Test
    void matchesTheWholePathAndIgnoresTheQuery() {
        try (var client = connect()) {
            assertEquals(200, get(client, "/index?x=1&y").status());
            for (String target :
                    new String[] {"/", "/index/", "/indexx", "/x/index", "/%69ndex2"}) {
                assertEquals(404, get(client, target).status(), target);
            }
            assertEquals(200, get(client, "/%69ndex").status());
        }
    }

    @Test
    void answersAMethodThatARouteDoesNotHaveWith405AndTheOnesItHas() {
        try (var client = connect()) {
            client.send("DELETE " + page() + " HTTP/1.1\r\nHost: a\r\n\r\n");
            HttpAnswer answer = HttpAnswer.read(client);
            assertEquals(405, answer.status());
            assertEquals("GET, HEAD, OPTIONS", answer.headers().get("Allow"));
            assertEquals(200, get(client, page()).status());
        }
    }

    @Test
    void answersOptionsWithTheMethodsThatARouteHas() {
        try (var client = connect()) {
            HttpAnswer answer =
                    HttpAnswer.read(
                            client.send("OPTIONS " + page() + " HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertEquals(204, answer.status());
            assertEquals("GET, HEAD, OPTIONS", answer.headers().get("Allow"));
            assertEquals(200, get(client, page()).status());
        }
    }

    @Test
    void servesTheHttpClientOfTheJdk() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://localhost:" + server.port() + page());
            for (int i = 0; i < 5; i++) {
                var response =
                        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
                assertEquals(content(), response.body());
            }
        }
    }

    @Test
    void refusesWhatIsNoHttpAndServesTheOthers() {
        for (String nonsense : new String[] {"asdf\r\n\r\n", "\0\0\0\r\n", "GET /index\r\n\r\n"}) {
            try (var client = connect().send(nonsense)) {
                assertEquals(400, HttpAnswer.read(client).status());
                assertNull(HttpAnswer.read(client));
            }
        }
        assertServesOthers();
    }

    @Tag(TestRun.SLOW)
    @Test
    void answersManyRequestsOnOneConnection() {
        try (var client = connect()) {
            for (int i = 0; i < 1000; i++) assertEquals(content(), get(client, page()).body());
        }
    }
}

//SOURCES ../../lib/aio/http/HttpServer.java ../../lib/aio/web/Application.java
//SOURCES ../../lib/aio/web/WebSocketHandler.java ../../lib/aio/websocket/WebSocketClient.java
//SOURCES ../shared/TestRun.java LocalHttp.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aio.EventLoop;
import aio.http.Headers;
import aio.web.Application;
import aio.web.WebSocketHandler;
import aio.websocket.WebSocketClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.net.URI;
import java.time.Duration;

@Timeout(60)
class WebSocketTest {
    public static void main(String... args) {
        TestRun.main(WebSocketTest.class);
    }

    private static final class Echo extends WebSocketHandler {
        @Override
        protected void onMessage(String message) throws Exception {
            writeMessage("you said: " + message);
        }
    }

    @Test
    void aTextComesBackAndTheConnectionClosesInOrder() throws Exception {
        var application = new Application().route("/echo", Echo::new);
        try (var server = new LocalHttp(application)) {
            var uri = URI.create("ws://localhost:" + server.port() + "/echo");
            try (var loop = new EventLoop()) {
                loop.runUntilComplete(() -> {
                    var socket =
                            new WebSocketClient(Duration.ofSeconds(5)).connect(uri, new Headers());
                    try (var _ = socket.channel()) {
                        socket.send("hello");
                        assertEquals("you said: hello", socket.receive());
                        socket.close(1000, "enough");
                        assertEquals(null, socket.receive());
                        assertEquals(1000, socket.closeCode());
                    }
                    return null;
                });
            }
        }
    }
}

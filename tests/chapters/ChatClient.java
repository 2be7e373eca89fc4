package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the chat: the JDK's WebSocket, which keeps what it receives for the test. */
final class ChatClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();
    private WebSocket socket;

    private ChatClient() {}

    static ChatClient enter(int port, String room, String name) {
        var client = new ChatClient();
        String query = "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        var uri = URI.create("ws://localhost:" + port + "/chat/" + room + query);
        client.socket =
                HTTP.newWebSocketBuilder()
                        .connectTimeout(Duration.ofMinutes(1))
                        .buildAsync(uri, client.new Receiver())
                        .join();
        return client;
    }

    private final class Receiver implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            parts.append(text);
            if (last) {
                received.add(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            received.add("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            received.add("failed: " + failure);
        }
    }

    private String next() {
        try {
            String next = received.poll(1, TimeUnit.MINUTES);
            assertNotNull(next, "nothing arrived for a minute");
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for these events, and no others before them. */
    void gets(String... events) {
        for (String event : events) assertEquals(event, next());
    }

    void isClosed(int code, String reason) {
        gets("closed " + code + " " + reason);
    }

    /** Waits for the next event that begins with one of these words, and drops those before it. */
    String nextOf(String... kinds) {
        while (true) {
            String next = next();
            for (String kind : kinds) if (next.startsWith(kind)) return next;
        }
    }

    /** Returns the events before the first one that begins with this word. */
    List<String> until(String kind) {
        List<String> events = new ArrayList<>();
        while (true) {
            String next = next();
            if (next.startsWith(kind)) return events;
            events.add(next);
        }
    }

    /** Returns the next lines that were said. */
    List<String> nextSaid(int count) {
        List<String> said = new ArrayList<>();
        while (said.size() < count) {
            String next = next();
            if (next.startsWith("said\t")) said.add(next);
        }
        return said;
    }

    void send(String message) {
        socket.sendText(message, true).join();
    }

    /** Says long lines, each when the last has come back, until this person has left. */
    void sayUntilLeft(String name) {
        String line = "x".repeat(15_000);
        while (true) {
            send("say\t" + line);
            String next = next();
            if (next.equals("left\t" + name)) return;
            assertEquals(15_009, next.length(), next);
        }
    }

    /** Closes the connection; it fails quietly if the server has closed it already. */
    void leave() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(_ -> socket).join();
    }

    @Override
    public void close() {
        leave();
    }
}

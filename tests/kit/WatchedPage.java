//SOURCES ../shared/RawClient.java Recorded.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import tests.shared.RawClient;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A page of {@code ./jbang watch} as a browser sees it: its server-sent events. */
final class WatchedPage implements AutoCloseable {
    private static final String DATA = "data: ";

    private final RawClient client;
    private final Deque<String> events = new ArrayDeque<>();

    /** The beginning of the next event, if it has come. */
    private String rest = "";

    /** Asks for the steps, and reads the head of the answer. */
    WatchedPage(int port) {
        client = new RawClient(port);
        client.send("GET /steps HTTP/1.1\r\nHost: localhost\r\n\r\n");
        for (String line = line(); !line.isEmpty(); line = line()) {
            // The tests look at the events.
        }
    }

    private String line() {
        var line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) line.append(client.read(1));
        return line.substring(0, line.length() - 2);
    }

    /** Returns the next event. */
    JsonObject next() {
        while (events.isEmpty()) {
            // A chunk has several events, and an event may go on in the next chunk.
            String[] parts = (rest + chunk()).split("\n\n", -1);
            rest = parts[parts.length - 1];
            events.addAll(List.of(parts).subList(0, parts.length - 1));
        }
        String event = events.remove();
        if (!event.startsWith(DATA)) throw new AssertionError("an event: " + event);
        return JsonParser.parseString(event.substring(DATA.length())).getAsJsonObject();
    }

    private String chunk() {
        int size = Integer.parseInt(line(), 16);
        String chunk = client.read(size);
        if (!line().isEmpty()) throw new AssertionError("a chunk longer than it says");
        return chunk;
    }

    /** Reads events until the sentence of one matches a pattern, and returns that event. */
    JsonObject awaitSentence(String pattern) {
        while (true) {
            JsonObject event = next();
            JsonObject step = event.has("state") ? event.getAsJsonObject("state") : event;
            if (step.get("say").getAsString().matches(pattern)) return event;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

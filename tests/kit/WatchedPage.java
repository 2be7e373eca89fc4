//SOURCES ../shared/RawClient.java Recorded.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import tests.shared.RawClient;

/** A page of {@code ./jbang watch} as a browser sees it: its server-sent events. */
final class WatchedPage implements AutoCloseable {
    private static final String DATA = "data: ";

    private final RawClient client;

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
        var text = new StringBuilder();
        // An event may come in several chunks, and a chunk may have several events.
        while (!rest.toString().contains("\n\n")) rest.append(chunk());
        int end = rest.indexOf("\n\n");
        text.append(rest, 0, end);
        rest.delete(0, end + 2);
        if (!text.toString().startsWith(DATA)) throw new AssertionError("an event: " + text);
        return JsonParser.parseString(text.substring(DATA.length())).getAsJsonObject();
    }

    private final StringBuilder rest = new StringBuilder();

    private String chunk() {
        int size = Integer.parseInt(line(), 16);
        String chunk = client.read(size);
        if (!line().isEmpty()) throw new AssertionError("a chunk longer than it says");
        return chunk;
    }

    /** Reads events until one has this sentence, and returns it. */
    JsonObject awaitSentence(String sentence) {
        while (true) {
            JsonObject event = next();
            JsonObject step = event.has("state") ? event.getAsJsonObject("state") : event;
            if (step.get("say").getAsString().equals(sentence)) return event;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

//SOURCES ../shared/ScriptProcess.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import tests.shared.ScriptProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A recording, and the state after each of its steps. */
record Recorded(JsonObject recording, List<JsonObject> states) {
    /** Runs {@code ./jbang watch} with these arguments, which let it write this file. */
    static Recorded by(Path file, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        List<String> option = List.of("--record", file.toString());
        all.addAll(all.contains("--") ? all.indexOf("--") : all.size(), option);
        try (var watch = ScriptProcess.startAgain("watch", all)) {
            assertEquals(0, watch.exitCode(), watch.toString());
        }
        return of(Files.readString(file));
    }

    static Recorded of(String json) {
        var recording = JsonParser.parseString(json).getAsJsonObject();
        List<JsonObject> states = new ArrayList<>();
        var state = new JsonObject();
        for (JsonElement step : recording.getAsJsonArray("steps")) {
            state = state.deepCopy();
            if (!step.getAsJsonObject().has("printed")) state.add("printed", new JsonArray());
            for (var change : step.getAsJsonObject().entrySet())
                state.add(change.getKey(), change.getValue());
            states.add(state);
        }
        return new Recorded(recording, states);
    }

    static List<String> texts(JsonObject state, String key) {
        return elements(state, key).map(JsonElement::getAsString).toList();
    }

    static Stream<JsonElement> elements(JsonObject state, String key) {
        return StreamSupport.stream(state.getAsJsonArray(key).spliterator(), false);
    }

    List<String> printed() {
        return states.stream().flatMap(state -> texts(state, "printed").stream()).toList();
    }

    List<String> sentences() {
        return states.stream().map(state -> state.get("say").getAsString()).toList();
    }

    /**
     * The actor with this name in a state; null if there is none. A callback's line, which changes
     * with every edit of its chapter, is no part of the name here.
     */
    static JsonObject actor(JsonObject state, String name) {
        return elements(state, "actors")
                .map(JsonElement::getAsJsonObject)
                .filter(actor ->
                        actor.get("name").getAsString().replaceFirst(":\\d+", "").equals(name))
                .findFirst()
                .orElse(null);
    }

    static boolean is(JsonObject state, String name, String does) {
        JsonObject actor = actor(state, name);
        return actor != null && actor.get("state").getAsString().equals(does);
    }

    /** The text of the line at which an actor stands; empty if it stands at none. */
    String lineOf(JsonObject state, String name) {
        JsonObject actor = actor(state, name);
        if (actor == null || actor.get("line").isJsonNull()) return "";
        return elements(recording, "source")
                .map(JsonElement::getAsJsonObject)
                .filter(line -> line.get("line").equals(actor.get("line")))
                .map(line -> line.get("text").getAsString().strip())
                .findFirst()
                .orElse("");
    }

    /** The texts of the lines that an actor runs, one after another. */
    List<String> lines(String name) {
        List<String> lines = new ArrayList<>();
        for (JsonObject state : states) {
            String line = lineOf(state, name);
            if (is(state, name, "runs") && (lines.isEmpty() || !line.equals(lines.getLast())))
                lines.add(line);
        }
        return lines;
    }
}

//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/Kit.java
package tests.kit;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import tests.shared.Kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of the chapter aio_callback_server with two clients, Alice and Bob, as the player gets it:
 * written by hand, at the chapter's own lines. It is made for the player's tests only.
 */
final class SampleRecording {
    private static final String CHAPTER = "aio_callback_server";
    private static final Gson GSON = new Gson();

    /** Somebody at a line of the chapter, with the keys that a recording has. */
    private static final class Actor {
        final int id;
        final String name;
        final String kind;
        String state = "runs";
        Integer line;
        String at = "";
        String on = "";
        final Integer maker;

        Actor(int id, String name, String kind, Integer maker) {
            this.id = id;
            this.name = name;
            this.kind = kind;
            this.maker = maker;
        }
    }

    private record Line(int line, String text) {}

    private final List<Line> source = source();
    private final List<JsonObject> steps = new ArrayList<>();
    private final List<JsonObject> states = new ArrayList<>();
    private final Map<String, Actor> actors = new LinkedHashMap<>();
    private final List<String> ready = new ArrayList<>();
    private final List<String> input = new ArrayList<>();
    private final List<String> output = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();
    private final Actor loop = new Actor(1, "loop", "loop", null);
    private String runs = "";
    private String select = "";
    private int micros;
    private int lastId = 1;

    private SampleRecording() {
        actors.put(loop.name, loop);
        begin();
        accept("Alice");
        arrives("connect of Alice");
        connect("Alice");
        sleeps();
        // Both at once: Alice's socket is writable, and Bob is there.
        arrives("write of Alice", "accept");
        write("Alice");
        accept("Bob");
        sleeps();
        arrives("connect of Bob");
        connect("Bob");
        arrives("success of Alice", "write of Bob");
        success("Alice");
        write("Bob");
        sleeps();
        arrives("success of Bob");
        success("Bob");
        sleeps();
    }

    /** The recording, in the form that addRecording takes. */
    static JsonObject json() {
        var made = new SampleRecording();
        Map<String, Object> recording = new LinkedHashMap<>();
        recording.put("chapter", CHAPTER);
        recording.put("command", "./jbang watch " + CHAPTER);
        recording.put(
                "clients", List.of("./jbang aio_callback_client", "./jbang aio_callback_client"));
        recording.put("source", made.source);
        recording.put("steps", made.steps);
        return GSON.toJsonTree(recording).getAsJsonObject();
    }

    /** The whole states, one for each step of the recording; printed is that of the step alone. */
    static List<JsonObject> states() {
        return new SampleRecording().states;
    }

    private void begin() {
        stands(loop, "try (var reactor = new Reactor())", "The loop makes its selector.");
        loop.line = line("reactor.listen(listener, conn -> {");
        waits("accept", "a new connection", "conn -> {", input);
        step("The listener is registered: accept waits for a new connection.");
        sleeps();
    }

    private void accept(String client) {
        Actor accept = begins("accept");
        printed.add("Accept ...");
        stands(
                accept,
                "IO.println(\"Accept ...\")",
                "accept prints 'Accept ...' for " + client + ".");
        stands(accept, "clients.increment()", "accept counts " + client + ".");
        registers(accept, "connect of " + client, client, "Reactor.Callback connect", input);
        accept.state = "waits";
        accept.line = line("conn -> {");
        input.addFirst("accept: a new connection");
        ends("accept");
    }

    private void connect(String client) {
        Actor connect = begins("connect of " + client);
        stands(connect, "if (conn.read(", "connect reads what " + client + " has sent.");
        printed.add("Connect ...");
        stands(connect, "IO.println(\"Connect ...\")", "connect prints 'Connect ...'.");
        stands(connect, "var ok =", "connect has an answer for " + client + ".");
        registers(connect, "write of " + client, client, "Reactor.Callback write", output);
        ends(connect.name);
    }

    private void write(String client) {
        Actor write = begins("write of " + client);
        stands(write, "conn.write(ok)", "write sends ok to " + client + ".");
        printed.add("Write ...");
        stands(write, "IO.println(\"Write ...\")", "write prints 'Write ...'.");
        registers(write, "success of " + client, client, "Reactor.Callback success", input);
        ends(write.name);
    }

    private void success(String client) {
        Actor success = begins("success of " + client);
        printed.add("Success ...");
        stands(
                success,
                "IO.println(\"Success ...\")",
                "success prints 'Success ...' for " + client + ".");
        stands(success, "leave(reactor, conn);", "success leaves " + client + " in good order.");
        stands(success, "conn.shutdownOutput()", "leave ends the server's side.");
        registers(success, "discard of " + client, client, "int count = conn.read", input);
        ends(success.name);
    }

    private void arrives(String... callbacks) {
        select = "";
        for (String callback : callbacks) {
            input.removeIf(entry -> entry.startsWith(callback + ": "));
            output.removeIf(entry -> entry.startsWith(callback + ": "));
            ready.add(callback);
            actors.get(callback).state = "ready";
        }
        step("The selector wakes up: " + String.join(" and ", callbacks) + " can run.");
    }

    private Actor begins(String callback) {
        ready.remove(callback);
        runs = callback;
        Actor actor = actors.get(callback);
        actor.state = "runs";
        actor.on = "";
        step("The loop calls " + callback + ".");
        return actor;
    }

    private void ends(String callback) {
        runs = "";
        Actor actor = actors.get(callback);
        if (!callback.equals("accept")) actor.state = "done";
        step(callback + " returns to the loop.");
        if (actor.state.equals("done")) actors.remove(callback);
    }

    private void registers(
            Actor by, String callback, String client, String begins, List<String> list) {
        String operation = list == input ? "OP_READ" : "OP_WRITE";
        String name = callback.replaceFirst(" .*", "");
        by.line = line(operation + ", " + (name.equals("discard") ? "_ -> discard" : name));
        waits(callback, client, begins, list);
        step(by.name.replaceFirst(" .*", "") + " registers " + callback + ".");
    }

    private void waits(String callback, String on, String begins, List<String> list) {
        var actor = new Actor(++lastId, callback, "callback", loop.id);
        actor.state = "waits";
        actor.on = (list == input ? "input from " : "room to write to ") + on;
        actor.line = line(begins);
        actors.put(callback, actor);
        list.add(callback + ": " + on);
    }

    private void sleeps() {
        loop.state = "waits";
        loop.line = line("reactor.run();");
        loop.at = "Reactor.java:81";
        select = "sleeps";
        step("The loop sleeps in select until something happens.");
        loop.state = "runs";
    }

    private void stands(Actor actor, String text, String say) {
        actor.line = line(text);
        step(say);
    }

    private void step(String say) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("t", micros);
        whole.put("say", say);
        whole.put("actors", actors.values());
        whole.put("ready", ready);
        whole.put("runs", runs);
        whole.put("input", input);
        whole.put("output", output);
        whole.put("timers", List.of());
        whole.put("futures", List.of());
        whole.put("select", select);
        whole.put("printed", printed);
        JsonObject state = GSON.toJsonTree(whole).getAsJsonObject();
        steps.add(states.isEmpty() ? state : changes(states.getLast(), state));
        states.add(state);
        printed.clear();
        micros += select.isEmpty() ? 37 + micros % 91 : 812_500;
    }

    /** The time, the sentence, and the keys that are not as they were. */
    private static JsonObject changes(JsonObject before, JsonObject now) {
        var changes = new JsonObject();
        for (Map.Entry<String, JsonElement> entry : now.entrySet()) {
            String key = entry.getKey();
            boolean always = key.equals("t") || key.equals("say");
            boolean same =
                    key.equals("printed")
                            ? entry.getValue().getAsJsonArray().isEmpty()
                            : entry.getValue().equals(before.get(key));
            if (always || !same) changes.add(key, entry.getValue());
        }
        return changes;
    }

    private int line(String text) {
        return source.stream()
                .filter(line -> line.text().contains(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError(CHAPTER + " has no " + text))
                .line();
    }

    /** The lines of the chapter's code cells. */
    private static List<Line> source() {
        List<Line> source = new ArrayList<>();
        List<String> lines = Kit.read("notebooks/" + CHAPTER + ".java").lines().toList();
        boolean code = false;
        for (int i = 0; i < lines.size(); i++) {
            boolean starts = lines.get(i).startsWith("// %%");
            if (starts) code = lines.get(i).equals("// %%");
            else if (code && goesOn(lines, i)) source.add(new Line(i + 1, lines.get(i)));
        }
        return source;
    }

    /** Whether this is a line of the cell, and not a blank one at its end. */
    private static boolean goesOn(List<String> lines, int i) {
        while (i < lines.size() && lines.get(i).isBlank()) i++;
        return i < lines.size() && !lines.get(i).startsWith("// %%");
    }
}

//SOURCES ../shared/RawClient.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java Recorded.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What {@code ./jbang watch --record} writes: the lines, who waits for what, the loop's queues. */
class RecordingTest {
    private static final String HEAD =
            """
            // %%
            import module java.base;

            // %% [markdown]
            // # A program

            // %%
            """;

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(RecordingTest.class);
    }

    private Recorded recorded(String code) throws IOException {
        Path file = Files.writeString(folder.resolve("program.java"), HEAD + code);
        return Recorded.by(folder.resolve("program.json"), file.toString());
    }

    private Recorded recorded(String chapter, String... arguments) throws IOException {
        String[] all =
                Stream.concat(Stream.of(chapter), Stream.of(arguments)).toArray(String[]::new);
        return Recorded.by(folder.resolve(chapter + ".json"), all);
    }

    @Test
    void aThreadIsAtEachLineBeforeItRunsIt() throws Exception {
        var recorded =
                recorded(
                        """
                        void main(String... args) {
                            int sum = 0;
                            for (int i = 0; i < 2; i++)
                                sum += i;
                            if (sum == 1) IO.println("one");
                            else IO.println("not one");
                            IO.println("done");
                        }
                        """);
        assertEquals(
                List.of(
                        "int sum = 0;",
                        "for (int i = 0; i < 2; i++)",
                        "sum += i;",
                        "for (int i = 0; i < 2; i++)",
                        "sum += i;",
                        "for (int i = 0; i < 2; i++)",
                        "if (sum == 1) IO.println(\"one\");",
                        "IO.println(\"done\");"),
                recorded.lines("main"));
        assertEquals(List.of("one", "done"), recorded.printed());
        assertEquals("Thread main runs line 9.", recorded.sentences().getFirst());
        assertEquals(0, recorded.states().getFirst().get("t").getAsLong());
    }

    @Test
    void lambdasConstructorsRecordsAndBlocksWithoutBracesAreFollowed() throws Exception {
        var recorded =
                recorded(
                        """
                        record Pair(int left, int right) {
                            Pair {
                                if (left > right) throw new IllegalArgumentException();
                            }
                            int sum() { return left + right; }
                        }

                        class Base {
                            Base(Object given) {
                                IO.println("base " + given);
                            }
                        }

                        class Derived extends Base {
                            final int more = 1;
                            Derived() {
                                super(new Object() {
                                    public String toString() { return "given"; }
                                });
                                IO.println("derived");
                            }
                        }

                        void main(String... args) {
                            new Derived();
                            Supplier<Integer> sum = () -> new Pair(1, 2).sum();
                            switch (sum.get()) {
                                case 3 -> IO.println("three");
                                default -> throw new AssertionError();
                            }
                            try {
                                new Pair(2, 1);
                            } catch (IllegalArgumentException e) {
                                IO.println("refused");
                            }
                        }
                        """);
        assertEquals(List.of("base given", "derived", "three", "refused"), recorded.printed());
        List<String> lines = recorded.lines("main");
        for (String line :
                List.of(
                        "public String toString() { return \"given\"; }",
                        "IO.println(\"base \" + given);",
                        "final int more = 1;",
                        "Supplier<Integer> sum = () -> new Pair(1, 2).sum();",
                        "int sum() { return left + right; }",
                        "case 3 -> IO.println(\"three\");",
                        "IO.println(\"refused\");")) assertTrue(lines.contains(line), line);
        assertFalse(lines.contains("record Pair(int left, int right) {"));
    }

    @Test
    void aThreadThatWaitsIsSeenToWait() throws Exception {
        var recorded =
                recorded(
                        """
                        void main(String... args) throws Exception {
                            var gate = new CountDownLatch(1);
                            var sleeper = Thread.ofPlatform().name("sleeper").start(() -> {
                                try {
                                    Thread.sleep(500);
                                    gate.countDown();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
                            gate.await();
                            sleeper.join();
                        }
                        """);
        assertTrue(
                recorded.states().stream()
                        .anyMatch(state ->
                                Recorded.is(state, "sleeper", "waits")
                                        && recorded.lineOf(state, "sleeper")
                                                .equals("Thread.sleep(500);")
                                        && Recorded.is(state, "main", "waits")
                                        && recorded.lineOf(state, "main").equals("gate.await();")),
                recorded.sentences().toString());
    }

    @Test
    void aQueueOfThePageIsShownWithTheNamesOfItsCallbacks() throws Exception {
        var recorded = recorded("aio_callback_server", "--", "--order");
        assertEquals(
                List.of("[accept]", "[]", "[connect]", "[]", "[write]", "[]", "[success]", "[]"),
                recorded.states().stream()
                        .map(state -> Recorded.texts(state, "ready").toString())
                        .dropWhile("[]"::equals)
                        .reduce(
                                List.<String>of(),
                                RecordingTest::withoutRepeating,
                                (one, other) -> one));
        assertEquals(List.of("1 7 2 6 3 5 4"), recorded.printed());
    }

    private static List<String> withoutRepeating(List<String> before, String next) {
        if (!before.isEmpty() && before.getLast().equals(next)) return before;
        return Stream.concat(before.stream(), Stream.of(next)).toList();
    }

    @Test
    void pollingThatFindsNothingIsLeftOut() throws Exception {
        var recorded =
                recorded(
                        """
                        void main(String... args) {
                            long rounds = 0;
                            while (rounds < 10_000)
                                rounds++;
                            IO.println("done");
                        }
                        """);
        assertTrue(recorded.states().size() < 20, recorded.sentences().toString());
        assertTrue(
                recorded.sentences().stream()
                        .anyMatch(say ->
                                say.matches("[12]\\d,\\d{3} steps like these are left out.*")),
                recorded.sentences().toString());
        assertEquals(List.of("done"), recorded.printed());
    }

    @Test
    void aRecordingHasAtMostThreeHundredSteps() throws Exception {
        var recorded =
                recorded(
                        """
                        void main(String... args) {
                            for (int i = 0; i < 1000; i++)
                                IO.println(i);
                        }
                        """);
        assertEquals(300, recorded.states().size());
        assertEquals("0", recorded.printed().getFirst());
    }

    @Test
    void ctrlCEndsTheServerAndWritesTheRecording() throws Exception {
        Path file = folder.resolve("server.json");
        try (var watch =
                ScriptProcess.start(
                        "watch",
                        "aio_callback_server",
                        "--record",
                        file.toString(),
                        "--",
                        "localhost",
                        "0")) {
            try (var client = new RawClient(watch.port())) {
                assertEquals("ok", client.send("hello").read(2));
                watch.signal("INT");
                watch.awaitLine("server stopped: 1 clients");
            }
            watch.exitCode();
            assertEquals(List.of(), watch.errors());
        }
        var recorded = Recorded.of(Files.readString(file));
        assertTrue(recorded.printed().contains("Write ..."), recorded.printed().toString());
        assertEquals(
                "./jbang watch aio_callback_server -- localhost 0",
                recorded.recording().get("command").getAsString());
    }

    @Test
    void theClientsOfAPlayerBlockAreNamedInTheOrderInWhichTheyConnect() throws Exception {
        var recorded = recorded("aio_coroutine_server", "--scenario", "1");
        assertEquals(
                List.of(
                        "server started on localhost:8888",
                        "Got connection from Alice",
                        "Got connection from Bob"),
                recorded.printed().stream().filter(line -> !line.startsWith("{")).toList());
        assertTrue(recorded.sentences().contains("Task Alice ends."));
        assertTrue(recorded.sentences().contains("Task Bob ends."));
        assertFalse(recorded.recording().toString().contains("127.0.0.1"));
        JsonObject waiting =
                recorded.states().stream()
                        .filter(state -> Recorded.texts(state, "input").contains("Alice"))
                        .filter(state -> state.get("select").getAsString().equals("sleeps"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(Recorded.is(waiting, "Alice", "waits"));
        assertTrue(recorded.lineOf(waiting, "Alice").contains("await(new ReadEvent(conn))"));
        assertTrue(Recorded.texts(waiting, "input").contains("server: a new connection"));
    }

    @Test
    void aClientThatFailsFailsTheRecording() throws Exception {
        String block = "// ```player\n// $ ./jbang watch program\n// $ echo no; false\n// ```\n";
        Path file = folder.resolve("program.java");
        Files.writeString(
                file,
                HEAD.replace("// # A program\n", "// # A program\n//\n" + block)
                        + "void main(String... args) throws Exception { Thread.sleep(60_000); }\n");
        List<String> args =
                List.of(file.toString(), "--record", "" + folder.resolve("b"), "--scenario", "1");
        try (var watch = ScriptProcess.startAgain("watch", args)) {
            assertEquals(1, watch.exitCode(), watch.toString());
            assertEquals(List.of("'echo no; false' failed: no"), watch.errors());
        }
    }

    @Test
    void whatIsWrongWithTheArgumentsIsSaidInOneLine() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.java"), HEAD + "int n = \"a\";\n");
        for (List<String> args :
                List.of(
                        List.<String>of(),
                        List.of("aio_sever"),
                        List.of("aio_server", "--scenario", "1"),
                        List.of("nio_client", "--record", "x", "--scenario", "1"),
                        List.of(broken.toString()))) {
            try (var watch = ScriptProcess.startAgain("watch", args)) {
                assertEquals(1, watch.exitCode(), watch.toString());
                assertEquals(1, watch.errors().size(), watch.toString());
                assertTrue(watch.errors().getFirst().startsWith("watch"), watch.toString());
            }
        }
    }
}

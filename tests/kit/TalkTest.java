//SOURCES ../shared/ScriptedServer.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code ./jbang talk}: it sends what is typed, shows the answer, and either side can end. */
class TalkTest {
    public static void main(String... args) {
        TestRun.main(TalkTest.class);
    }

    private static ScriptProcess talk(String... args) {
        return ScriptProcess.startAgain("talk", List.of(args));
    }

    @Test
    void endsItsSideWithTheInputAndStillShowsTheAnswer() {
        try (var server =
                        new ScriptedServer(conn -> {
                            String said =
                                    new String(
                                            conn.getInputStream().readAllBytes(),
                                            StandardCharsets.UTF_8);
                            conn.getOutputStream()
                                    .write(("heard " + said).getBytes(StandardCharsets.UTF_8));
                            return said;
                        });
                var talk = talk("localhost", server.port())) {
            talk.type("one\ntwo\n").endInput();
            assertEquals(0, talk.exitCode(), talk.toString());
            assertEquals("one\ntwo\n", server.result());
            assertEquals(List.of("heard one", "two"), talk.output());
            assertEquals(List.of(), talk.errors());
        }
    }

    @Test
    void showsWhatComesWhileTheInputIsOpenAndEndsWithTheOtherSide() {
        try (var server =
                        new ScriptedServer(conn -> {
                            conn.getOutputStream()
                                    .write("hello\n".getBytes(StandardCharsets.UTF_8));
                            return Character.toString(conn.getInputStream().read());
                        });
                var talk = talk("localhost", server.port())) {
            talk.awaitLine("hello");
            assertTrue(talk.isAlive());
            talk.type("x");
            assertEquals("x", server.result());
            assertEquals(0, talk.exitCode(), talk.toString());
            assertEquals(List.of(), talk.errors());
        }
    }

    @Test
    void ctrlCEndsItWithoutAWord() {
        try (var server =
                        new ScriptedServer(conn -> {
                            conn.getOutputStream().write('\n');
                            return "" + conn.getInputStream().read();
                        });
                var talk = talk("localhost", server.port())) {
            talk.awaitLine("");
            talk.signal("INT");
            assertEquals(130, talk.exitCode());
            assertEquals("-1", server.result());
            assertEquals(List.of(), talk.errors());
        }
    }

    @Test
    void saysInOneLineThatTheOtherSideBrokeOffOrIsNotThere() {
        try (var server =
                        new ScriptedServer(conn -> {
                            conn.getInputStream().read();
                            conn.setSoLinger(true, 0);
                            return "reset";
                        });
                var talk = talk("localhost", server.port())) {
            talk.type("x");
            assertEquals(1, talk.exitCode());
            assertEquals(1, talk.errors().size(), talk.toString());
            assertTrue(
                    talk.errors().getFirst().startsWith("the other side broke off the connection"),
                    talk.toString());
        }
        try (var talk = talk("8888")) {
            assertEquals(1, talk.exitCode());
            assertEquals(1, talk.errors().size(), talk.toString());
        }
    }
}

//SOURCES ../shared/LinuxOnly.java ../shared/TestRun.java ../shared/Terminal.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.LinuxOnly;
import tests.shared.Terminal;
import tests.shared.TestRun;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chapters pasted into a real JShell at a real terminal, and servers started and stopped there:
 * some that wait in the kernel, one that polls, one on the loop, those that call the kernel
 * themselves, and one chapter with libraries of its own. {@link PasteTest} pastes all of them,
 * without a terminal.
 */
@Tag(TestRun.SLOW)
class JshellTest {
    private static final String PROMPT = "jshell> ";
    private static final Pattern STARTED = Pattern.compile("server started on localhost:(\\d+)\\s");

    public static void main(String... args) {
        TestRun.main(JshellTest.class);
    }

    /** Returns a JShell with the chapter pasted into it without an error. */
    private static Terminal jshellWith(String chapter) {
        String text = Kit.read("notebooks/" + chapter + ".java");
        boolean needsMore = text.matches("(?s).*(\n//DEPS |\\.\\./lib/measure/).*");
        var jshell = needsMore ? new Terminal("jshell", chapter) : new Terminal("jshell");
        try {
            jshell.awaitShown(PROMPT);
            jshell.type(text + "\n\"all of it \" + \"is in\"\n");
            jshell.awaitShown("\"all of it is in\"");
            String screen = jshell.screen();
            for (String complaint : List.of("|  Error", "|  Exception", "|  Warning"))
                assertFalse(screen.contains(complaint), screen);
            assertTrue(screen.contains("|  created method main(String...)"), screen);
            return jshell;
        } catch (Throwable e) {
            jshell.close();
            throw e;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bio_server", "aio_coroutine_server"})
    void startsAServerTwiceOnTheSamePortAndKeepsThePrompt(String chapter) {
        try (var jshell = jshellWith(chapter)) {
            String port = startAndStop(jshell, "0");
            assertEquals(port, startAndStop(jshell, port));
            jshell.type("6 * 7\n");
            jshell.awaitShown("==> 42");
        }
    }

    @Tag(TestRun.LONG)
    @ParameterizedTest
    @ValueSource(strings = {"bio_threaded_server", "nio_server", "nio2_server"})
    void soDoTheOthersThatHaveAThreadOfTheirOwn(String chapter) {
        startsAServerTwiceOnTheSamePortAndKeepsThePrompt(chapter);
    }

    @Tag(TestRun.LONG)
    @ParameterizedTest
    @ValueSource(strings = {"io_multiplexing", "signal_driven_server"})
    void soDoTheOthersThatWaitInACallOfTheirOwn(String chapter) throws IOException {
        stopsAServerThatWaitsInACallOfItsOwn(chapter);
    }

    /** An interrupt doesn't end their waits. They are loaded, which is faster than a paste. */
    @ParameterizedTest
    @ValueSource(strings = "io_uring_server")
    void stopsAServerThatWaitsInACallOfItsOwn(String chapter) throws IOException {
        LinuxOnly.assumeCalls();
        if (chapter.equals("io_uring_server")) LinuxOnly.assumeRings();
        try (var jshell = new Terminal("jshell", chapter, "--load")) {
            jshell.awaitShown(PROMPT);
            startAndStop(jshell, "0");
            jshell.type("6 * 7\n");
            jshell.awaitShown("==> 42");
            assertFalse(jshell.screen().contains("WARNING"), jshell.screen()); // of JEP 472
        }
    }

    @Test
    void showsAnErrorForPeopleAndKeepsThePrompt() {
        try (var jshell = jshellWith("coroutine_cost")) {
            jshell.type("main(\"more\")\n");
            jshell.awaitShown("does not take 'more'");
            assertFalse(jshell.screen().contains("Arguments.java"), jshell.screen());
            jshell.type("6 * 7\n");
            jshell.awaitShown("==> 42");
        }
    }

    private static String startAndStop(Terminal jshell, String port) {
        jshell.type("main(\"localhost\", \"" + port + "\")\n");
        jshell.awaitShown("server started on ");
        await().until(() -> STARTED.matcher(jshell.screen()).find());
        Matcher started = STARTED.matcher(jshell.screen());
        assertTrue(started.find());
        jshell.ctrlC();
        jshell.awaitShown("server stopped:");
        jshell.awaitShown(PROMPT);
        return started.group(1);
    }
}

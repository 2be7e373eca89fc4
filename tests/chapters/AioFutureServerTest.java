//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ConversationContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;
import java.util.regex.Pattern;

/** The same conversation, written with futures and coroutines. */
class AioFutureServerTest extends ConversationContract {
    public static void main(String... args) {
        TestRun.main(AioFutureServerTest.class);
    }

    @Override
    String script() {
        return "aio_future_server";
    }

    /** The reactor gets the exception; the coroutine waits until the server stops. */
    @Test
    void showsWhatHappensIfACallbackKeepsItsInterest() {
        try (var script = ScriptProcess.startAgain(script(), List.of("--keep-interest"))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "the client got 0 bytes",
                            "the conversation has ended",
                            "server stopped: 1 clients"),
                    script.output().subList(1, script.output().size()));
            List<String> reports =
                    script.errors().stream().filter(line -> !line.startsWith("\tat ")).toList();
            assertEquals(2, reports.size(), script.toString());
            assertTrue(reports.get(0).startsWith("a callback failed, so its channel is closed: "));
            assertTrue(
                    reports.get(1)
                            .startsWith(
                                    "java.lang.IllegalStateException: the future is complete"
                                            + " already: "));
        }
    }

    @Test
    void comparesAsManyLinesAsTheThreeConversationsHave() {
        long callbacks =
                lines("aio_callback_server", "        reactor\\.listen.*?\n        }\\);")
                        + lines("aio_callback_server", "void leave.*?\n}")
                        + lines("aio_callback_server", "void discard.*?\n}");
        long coroutine = lines(script(), "static Void converse.*?\n}");
        long thread = lines("virtual_thread_server", "void converse.*?\n}");
        String row =
                "// | lines of the conversation, without comments | %d | %d | %d |"
                        .formatted(callbacks, coroutine, thread);
        assertTrue(Kit.read("notebooks/" + script() + ".java").contains(row), row);
    }

    /** Counts the lines of a part of a chapter, without comments and empty ones. */
    private static long lines(String chapter, String part) {
        var found =
                Pattern.compile("(?sm)^" + part)
                        .matcher(Kit.read("notebooks/" + chapter + ".java"));
        assertTrue(found.find(), "no " + part + " in " + chapter);
        return found.group()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                .count();
    }
}

//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

import java.util.regex.Pattern;

/** The polling server, which also reports what the polling cost. */
class NioServerTest extends PrintingServerContract {
    private static final Pattern STOPPED =
            Pattern.compile(
                    "server stopped: ([\\d,]+) clients, ([\\d,]+) reads with data, ([\\d,]+) polls,"
                            + " .* s of CPU in .* s");

    public static void main(String... args) {
        TestRun.main(NioServerTest.class);
    }

    @Override
    String script() {
        return "nio_server";
    }

    @Test
    void tellsHowManyPollsBroughtHowManyMessages() {
        assertServesOthers();
        assertServesOthers();
        server.signal("INT");
        assertEquals(130, server.exitCode());
        var stopped = STOPPED.matcher(server.output().getLast());
        assertTrue(stopped.matches(), server.toString());
        assertEquals("2", stopped.group(1));
        assertEquals("2", stopped.group(2));
        assertTrue(
                Long.parseLong(stopped.group(3).replace(",", "")) > 6,
                "two accepts and four reads are the least");
    }
}

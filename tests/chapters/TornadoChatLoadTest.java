//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java ChatCrowd.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A room of 5,000, in which somebody says ten things a second, in a heap of 128 MB. */
@Tag(TestRun.LONG)
class TornadoChatLoadTest {
    private static final int PEOPLE = 5000;
    private static final int LINES = 200;

    public static void main(String... args) {
        TestRun.main(TornadoChatLoadTest.class);
    }

    @Test
    void fiveThousandPeopleHearTenLinesASecondAndTheMemoryIsBounded() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs Linux's /proc");
        var builder = ScriptProcess.launcher("tornado_chat", "localhost", "0");
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Xmx128m");
        try (var server = new ScriptProcess(builder);
                var crowd = new ChatCrowd(server.port())) {
            SocketChannel speaker = crowd.connect(PEOPLE);
            long joined = megabytes(server, "VmRSS");
            Duration before = processor(server);
            long start = System.nanoTime();
            for (int said = 0; said < LINES; ) {
                if (System.nanoTime() - start >= said * 100_000_000L) {
                    ChatCrowd.sayTime(speaker);
                    said++;
                }
                crowd.turn(1);
            }
            while (crowd.heard() < LINES * PEOPLE) crowd.turn(100);
            double seconds = (System.nanoTime() - start) / 1e9;
            Duration used = processor(server).minus(before);
            assertEquals(LINES * PEOPLE, crowd.heard());
            long most = megabytes(server, "VmHWM");
            IO.println(
                    "%,d people, %d lines in %.1f s: %.0f %% of a processor; %d MB, at most %d; median %d ms, p99 %d ms"
                            .formatted(
                                    PEOPLE,
                                    LINES,
                                    seconds,
                                    used.toNanos() / 1e7 / seconds,
                                    joined,
                                    most,
                                    crowd.latency(0.5),
                                    crowd.latency(0.99)));
            assertTrue(most < 512, () -> most + " MB");
        }
    }

    private static Duration processor(ScriptProcess server) {
        return ProcessHandle.of(server.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();
    }

    private static long megabytes(ScriptProcess server, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}

package lesson;

import com.sun.management.HotSpotDiagnosticMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows where a thread is inside the JDK's network code: a virtual thread, even one of the JDK's
 * own, from a thread dump, and a platform thread from its stack.
 */
public final class WaitingThread {
    private static final String FRAMES = "#.*|.* at java.base/sun.nio.ch.*|.*LockSupport.park\\(.*";

    private WaitingThread() {}

    /**
     * Takes a thread dump, as {@code jcmd PID Thread.dump_to_file} does, and keeps the frames of
     * the JDK's network code, the latest call first. If the thread doesn't wait yet, takes another
     * dump.
     *
     * @param thread how the thread's name starts
     * @return its name, state and frames, one a line
     * @throws IOException if the dump can't be written or read
     */
    public static String stack(String thread) throws IOException {
        var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        for (int i = 0; i < 100; i++) {
            Path file =
                    Path.of(System.getProperty("java.io.tmpdir"), "threads-" + UUID.randomUUID());
            diagnostics.dumpThreads(
                    file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            String dump = Files.readString(file);
            Files.delete(file);
            for (String each : dump.split("\n\n")) {
                if (!each.contains('"' + thread) || !each.contains("Poller.poll")) continue;
                if (each.contains("virtual RUNNABLE")) continue; // still on its carrier
                return each.lines()
                        .filter(line -> line.matches(FRAMES))
                        .map(line -> line.replaceAll("#\\d+ | \\d{4}-\\S+|at java.base/|\\(.*", ""))
                        .distinct()
                        .collect(Collectors.joining("\n"));
            }
        }
        return "no " + thread + " waits for a poller";
    }

    /**
     * Returns the frames of each platform thread, as {@link #frames(Thread)} does, sorted.
     *
     * @param threads how the threads' names start
     */
    public static List<String> frames(String threads) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(threads))
                .map(WaitingThread::frames)
                .sorted()
                .toList();
    }

    /**
     * Returns the frames of a platform thread that are in the JDK's network code or in a queue, the
     * latest call first, one a line.
     */
    public static String frames(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .filter(frame -> frame.getClassName().matches("sun\\.nio\\.ch\\..*|.*Queue"))
                .map(frame -> "    " + frame.getClassName() + "." + frame.getMethodName())
                .collect(Collectors.joining("\n"));
    }
}

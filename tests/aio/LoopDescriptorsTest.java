//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A loop in a process that is out of file descriptors. */
class LoopDescriptorsTest {
    public static void main(String... args) {
        TestRun.main(LoopDescriptorsTest.class);
    }

    @Test
    void aLoopThatWasMadeInTimeCanWaitForTheFirstTime() {
        try (var process = run(FirstWait.class)) {
            assertEquals(0, process.exitCode(), process::toString);
            assertEquals(List.of("no descriptor left", "waited"), process.output());
        }
    }

    @Test
    void theFailureOfATaskIsReportedAndTheLoopGoesOn() {
        try (var process = run(Failure.class)) {
            assertEquals(0, process.exitCode(), process::toString);
            assertEquals(List.of("no descriptor left", "the loop goes on"), process.output());
            List<String> report = List.of("Task[broken] failed", "java.io.IOException: on purpose");
            assertEquals(report, process.errors().subList(0, 2));
        }
    }

    private static ScriptProcess run(Class<?> main) {
        var builder = ScriptProcess.java(main);
        // The JVM holds each jar of its class path open.
        int limit = 64 + System.getProperty("java.class.path").split(File.pathSeparator).length;
        String limited = "ulimit -n " + limit + "; exec \"$@\"";
        builder.command().addAll(0, List.of("sh", "-c", limited, "sh"));
        return new ScriptProcess(builder);
    }

    static final class FirstWait {
        private FirstWait() {}

        public static void main(String[] args) throws Exception {
            var sleep = new SleepEvent(Duration.ofMillis(10));
            withoutDescriptors(_ -> {
                await(sleep);
                System.out.println("waited");
            });
        }
    }

    static final class Failure {
        private Failure() {}

        public static void main(String[] args) throws Exception {
            withoutDescriptors(loop -> {
                Task<?> broken = loop.createTask("broken", Failure::fail);
                while (!broken.isDone()) await(new SleepEvent(Duration.ofMillis(1)));
                System.out.println("the loop goes on");
            });
        }

        private static void fail() throws IOException {
            throw new IOException("on purpose");
        }
    }

    private interface Main {
        void run(EventLoop loop) throws Exception;
    }

    private static void withoutDescriptors(Main main) throws Exception {
        var files = new ArrayList<FileInputStream>();
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                useUp(files);
                System.out.println("no descriptor left");
                main.run(loop);
                return null;
            });
        }
    }

    private static void useUp(List<FileInputStream> files) {
        try {
            while (true) files.add(new FileInputStream("/dev/null"));
        } catch (IOException e) {
            // none left
        }
    }
}

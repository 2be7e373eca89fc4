//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.SleepEvent;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

@Timeout(60)
class LoopRecordingTest {
    public static void main(String... args) {
        TestRun.main(LoopRecordingTest.class);
    }

    @TempDir Path folder;

    @Test
    void aRecordingStartedWhileTheLoopRunsTellsWhatEachTaskDid() throws Exception {
        try (var recording = new Recording();
                var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> {});
            loop.runUntilComplete(() -> {
                await(new SleepEvent(Duration.ZERO));
                recording.start();
                var good = loop.createTask("good", LoopRecordingTest::sleeps);
                loop.createTask(
                        "bad",
                        () -> {
                            throw new IOException("boom");
                        });
                await(good);
                recording.stop();
                return null;
            });
            Path file = folder.resolve("loop.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(
                    List.of(
                            "started null",
                            "resumed null",
                            "suspended SleepEvent(PT0.2S)",
                            "resumed null",
                            "finished null"),
                    states(events, "good"));
            assertEquals(
                    List.of("started null", "resumed null", "finished java.io.IOException: boom"),
                    states(events, "bad"));
            assertTrue(
                    events.stream()
                            .anyMatch(e ->
                                    e.getEventType().getName().equals("aio.Select")
                                            && e.getDuration().toMillis() >= 10));
        }
    }

    private static void sleeps() throws IOException {
        await(new SleepEvent(Duration.ofMillis(200)));
    }

    private static List<String> states(List<RecordedEvent> events, String task) {
        return events.stream()
                .filter(e -> e.getEventType().getName().equals("aio.Task"))
                .filter(e -> e.getString("task").equals(task))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .map(e -> e.getString("state") + " " + e.getString("detail"))
                .toList();
    }
}

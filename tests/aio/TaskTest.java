//SOURCES ../../lib/aio/AcceptEvent.java ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/SleepEvent.java ../../lib/aio/WriteEvent.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.AcceptEvent;
import aio.CancelledError;
import aio.Coroutine;
import aio.Event;
import aio.EventLoop;
import aio.Future;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.Task;
import aio.WriteEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

@Timeout(60)
class TaskTest {
    public static void main(String... args) {
        TestRun.main(TaskTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(5);

    @Test
    void tasksTakeTurnsWhenTheyWait() throws Exception {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<String>();
            var a = loop.createTask("a", () -> three("a", log));
            var b = loop.createTask("b", () -> three("b", log));
            loop.runUntilComplete(loop.gather(List.of(a, b)));
            assertEquals(List.of("a1", "b1", "a2", "b2", "a3", "b3"), log);
        }
    }

    private static void three(String name, List<String> log) throws IOException {
        for (int i = 1; i <= 3; i++) {
            log.add(name + i);
            await(new SleepEvent(Duration.ZERO));
        }
    }

    @Test
    void sleepersWakeByTheirDeadlines() throws Exception {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<Integer>();
            var tasks = new ArrayList<Task<Void>>();
            for (int millis : new int[] {30, 10, 20}) {
                tasks.add(
                        loop.createTask(
                                "sleeper",
                                () -> {
                                    await(new SleepEvent(Duration.ofMillis(millis)));
                                    log.add(millis);
                                }));
            }
            loop.runUntilComplete(loop.gather(tasks));
            assertEquals(List.of(10, 20, 30), log);
        }
    }

    @Test
    void aTaskAwaitsATaskAndGetsItsResultOrItsFailure() throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                var good = loop.createTask("good", () -> "result");
                assertEquals("result", await(good));
                var error = new IOException("boom");
                var bad =
                        loop.createTask(
                                "bad",
                                () -> {
                                    throw error;
                                });
                assertSame(error, assertThrows(IOException.class, () -> await(bad)));
                return null;
            });
        }
    }

    @Test
    void aTaskNobodyAwaitsIsReportedByNameAndTheOthersGoOn() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<String>();
            loop.setExceptionHandler((message, error) -> reports.add(message + ": " + error));
            loop.createTask(
                    "fragile",
                    () -> {
                        throw new IOException("boom");
                    });
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            assertEquals(1, reports.size());
            assertTrue(reports.get(0).contains("fragile"));
            assertTrue(reports.get(0).contains("boom"));
        }
    }

    @Test
    void aTaskEndsOnlyWithItsBody() throws Exception {
        try (var loop = new EventLoop()) {
            Task<String> task = loop.createTask("t", () -> "body");
            assertThrows(UnsupportedOperationException.class, () -> task.setResult("other"));
            assertThrows(UnsupportedOperationException.class, () -> task.setException(new Error()));
            assertEquals("body", loop.runUntilComplete(task));
        }
    }

    @Test
    void yieldingWhatIsNeitherEventNorFutureIsAClearErrorInsideTheTask() throws Exception {
        try (var loop = new EventLoop()) {
            var task =
                    loop.createTask(
                            "bogus",
                            () -> {
                                try {
                                    Coroutine.yield("a string");
                                    return "resumed";
                                } catch (IllegalStateException e) {
                                    return e.getMessage();
                                }
                            });
            String message = loop.runUntilComplete(task);
            assertTrue(message.contains("bogus") && message.contains("a string"), message);
        }
    }

    @Test
    void tenThousandAwaitsOfWhatIsDoneNeitherOverflowNorStarveTheOthers() throws Exception {
        try (var loop = new EventLoop()) {
            var done = new Future<String>(loop);
            done.setResult("x");
            var progress = new ArrayList<Integer>();
            var count = new int[1];
            var busy =
                    loop.createTask(
                            "busy",
                            () -> {
                                for (; count[0] < 10_000; count[0]++) {
                                    await(done);
                                }
                            });
            loop.createTask(
                    "other",
                    () -> {
                        while (!busy.isDone()) {
                            progress.add(count[0]);
                            await(new SleepEvent(Duration.ZERO));
                        }
                    });
            loop.runUntilComplete(busy);
            assertTrue(progress.size() > 10, "it had " + progress.size() + " turns");
        }
    }

    @Test
    void aHundredThousandTasksAllEnd() throws Exception {
        try (var loop = new EventLoop()) {
            int n = 100_000;
            var gate = new Future<Integer>(loop);
            var tasks =
                    IntStream.range(0, n)
                            .mapToObj(i -> loop.createTask("t", () -> i + await(gate)))
                            .toList();
            loop.createTask("opener", () -> gate.setResult(1));
            long sum = 0;
            for (int result : loop.runUntilComplete(loop.gather(tasks))) {
                sum += result;
            }
            assertEquals((long) n * (n + 1) / 2, sum);
            assertEquals(List.of(), loop.tasks());
        }
    }

    @Test
    void anEventOfTheUsersOwn() throws Exception {
        class LineEvent extends Event<String> {
            final Queue<String> lines = new ConcurrentLinkedQueue<>();
            volatile Task<?> waiter;

            void add(String line) {
                lines.add(line);
                if (waiter != null) {
                    waiter.wake();
                }
            }

            @Override
            protected String poll() {
                return lines.poll();
            }

            @Override
            protected void register(EventLoop loop, Task<?> task) {
                waiter = task;
                if (!lines.isEmpty()) {
                    task.wake();
                }
            }
        }
        try (var loop = new EventLoop()) {
            var event = new LineEvent();
            var writer =
                    Thread.ofPlatform()
                            .start(() -> IntStream.range(0, 1000).forEach(i -> event.add("" + i)));
            loop.runUntilComplete(() -> {
                for (int i = 0; i < 1000; i++) {
                    assertEquals("" + i, await(event));
                }
                return null;
            });
            writer.join();
        }
    }

    @Test
    void wakingATaskForNothingChangesNothing() throws Exception {
        try (var loop = new EventLoop()) {
            long start = loop.time();
            var sleeper =
                    loop.createTask("sleeper", () -> await(new SleepEvent(Duration.ofMillis(30))));
            loop.createTask(
                    "pest",
                    () -> {
                        while (!sleeper.isDone()) {
                            sleeper.wake();
                            sleeper.wake();
                            await(new SleepEvent(Duration.ofMillis(1)));
                        }
                    });
            loop.runUntilComplete(sleeper);
            long took = loop.time() - start;
            assertTrue(took >= 30_000_000, "woke after " + took + " ns");
        }
    }

    @Test
    void anEventThatCannotBeWaitedForFailsTheAwait() throws Exception {
        var event =
                new Event<String>() {
                    @Override
                    protected String poll() {
                        return null;
                    }

                    @Override
                    protected void register(EventLoop loop, Task<?> task) throws IOException {
                        throw new IOException("no");
                    }
                };
        try (var loop = new EventLoop()) {
            assertThrows(IOException.class, () -> loop.runUntilComplete(() -> await(event)));
        }
    }

    // ---- cancellation

    /** Starts a task, lets it reach its wait, cancels it, and expects its finally blocks to run. */
    private static void cancelledWhileItWaits(EventLoop loop, Callable<?> wait) throws Exception {
        var log = new ArrayList<String>();
        Task<Object> task =
                loop.createTask(
                        "victim",
                        () -> {
                            try {
                                return wait.call();
                            } catch (CancelledError e) {
                                log.add("cancelled");
                                throw e;
                            } finally {
                                await(new SleepEvent(SHORT));
                                log.add("cleaned up");
                            }
                        });
        loop.runUntilComplete(() -> {
            await(new SleepEvent(SHORT));
            assertFalse(task.isDone());
            assertTrue(task.cancel());
            return assertThrows(CancelledError.class, () -> await(task));
        });
        assertEquals(List.of("cancelled", "cleaned up"), log);
        assertTrue(task.isCancelled());
        assertFalse(task.cancel());
    }

    @Test
    void cancelledInASleep() throws Exception {
        try (var loop = new EventLoop()) {
            cancelledWhileItWaits(loop, () -> await(new SleepEvent(LONG)));
        }
    }

    @Test
    void cancelledInAWaitForAFuture() throws Exception {
        try (var loop = new EventLoop()) {
            var future = new Future<String>(loop);
            cancelledWhileItWaits(loop, () -> await(future));
            assertTrue(future.isCancelled());
        }
    }

    @Test
    void cancelledInAWaitForATaskWhichIsCancelledToo() throws Exception {
        try (var loop = new EventLoop()) {
            var inner = loop.createTask("inner", () -> await(new SleepEvent(LONG)));
            cancelledWhileItWaits(loop, () -> await(inner));
            assertTrue(inner.isCancelled());
        }
    }

    @Test
    void cancelledInGatherWhichCancelsItsParts() throws Exception {
        try (var loop = new EventLoop()) {
            var parts =
                    List.of(
                            loop.createTask("a", () -> await(new SleepEvent(LONG))),
                            loop.createTask("b", () -> await(new SleepEvent(LONG))));
            cancelledWhileItWaits(loop, () -> await(loop.gather(parts)));
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            assertTrue(parts.stream().allMatch(Task::isCancelled));
        }
    }

    @Test
    void cancelledInWaitFor() throws Exception {
        try (var loop = new EventLoop()) {
            cancelledWhileItWaits(loop, () -> waitFor(new SleepEvent(LONG), LONG));
            var future = new Future<String>(loop);
            cancelledWhileItWaits(loop, () -> waitFor(future, LONG));
        }
    }

    @Test
    void cancelledInAReadAndTheChannelCanBeReadAgain() throws Exception {
        try (var loop = new EventLoop()) {
            Pipe pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                source.configureBlocking(false);
                cancelledWhileItWaits(loop, () -> await(new ReadEvent(source)));
                sink.write(ByteBuffer.wrap(new byte[7]));
                byte[] got = loop.runUntilComplete(() -> await(new ReadEvent(source)));
                assertEquals(7, got.length);
            }
        }
    }

    @Test
    void cancelledInAWrite() throws Exception {
        try (var loop = new EventLoop()) {
            Pipe pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                sink.configureBlocking(false);
                var big = ByteBuffer.allocate(10_000_000);
                cancelledWhileItWaits(loop, () -> await(new WriteEvent(sink, big)));
                assertTrue(big.position() > 0 && big.hasRemaining() && source.isOpen());
            }
        }
    }

    @Test
    void cancelledInAnAccept() throws Exception {
        try (var loop = new EventLoop();
                var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
            cancelledWhileItWaits(loop, () -> await(new AcceptEvent(listener)));
        }
    }

    @Test
    void cancelledBeforeItsFirstStepTheBodyNeverBegins() throws Exception {
        try (var loop = new EventLoop()) {
            var begun = new ArrayList<String>();
            var task = loop.createTask("early", () -> begun.add("begun"));
            task.cancel();
            assertThrows(CancelledError.class, () -> loop.runUntilComplete(task));
            assertTrue(begun.isEmpty());
        }
    }

    @Test
    void aTaskCanTellItsOwnCancellationFromThatOfWhatItAwaits() throws Exception {
        try (var loop = new EventLoop()) {
            var inner = loop.createTask("inner", () -> await(new SleepEvent(LONG)));
            var seen = new ArrayList<Integer>();
            var outer =
                    loop.createTask(
                            "outer",
                            () -> {
                                try {
                                    await(inner);
                                } catch (CancelledError e) {
                                    seen.add(Task.current().cancelling());
                                }
                                var other = loop.createTask("o", () -> await(new SleepEvent(LONG)));
                                try {
                                    await(other);
                                } catch (CancelledError e) {
                                    seen.add(Task.current().cancelling());
                                }
                            });
            loop.runUntilComplete(() -> {
                await(new SleepEvent(SHORT));
                inner.cancel();
                await(new SleepEvent(SHORT));
                outer.cancel();
                await(outer);
                return null;
            });
            assertEquals(List.of(0, 1), seen);
        }
    }

    @Test
    void aTaskThatCancelsItselfEndsAtItsNextWait() throws Exception {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<String>();
            var task =
                    loop.createTask(
                            "self",
                            () -> {
                                Task.current().cancel();
                                log.add("goes on");
                                await(new SleepEvent(LONG));
                                log.add("never");
                            });
            assertThrows(CancelledError.class, () -> loop.runUntilComplete(task));
            assertEquals(List.of("goes on"), log);
        }
    }

    @Test
    void aCancellationThatIsTakenBackBeforeItIsRaisedNeverIs() throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                Task<?> self = Task.current();
                self.cancel();
                self.cancel();
                assertEquals(1, self.uncancel());
                assertEquals(0, self.uncancel());
                assertEquals(0, self.uncancel(), "there is nothing left to take back");
                await(new SleepEvent(SHORT));
                self.cancel();
                self.cancel();
                assertEquals(1, self.uncancel());
                assertThrows(CancelledError.class, () -> await(new SleepEvent(LONG)));
                assertEquals(1, self.cancelling());
                return await(new SleepEvent(SHORT));
            });
        }
    }

    @Test
    void aTaskMayCatchItsCancellationAndGoOn() throws Exception {
        try (var loop = new EventLoop()) {
            var task =
                    loop.createTask(
                            "stubborn",
                            () -> {
                                try {
                                    await(new SleepEvent(LONG));
                                } catch (CancelledError e) {
                                    await(new SleepEvent(SHORT));
                                }
                                return "survived";
                            });
            loop.callLater(SHORT, task::cancel);
            assertEquals("survived", loop.runUntilComplete(task));
        }
    }

    @Test
    void anotherThreadMayCancel() throws Exception {
        try (var loop = new EventLoop()) {
            var task = loop.createTask("t", () -> await(new SleepEvent(LONG)));
            loop.callLater(SHORT, () -> Thread.ofPlatform().start(task::cancel));
            assertThrows(CancelledError.class, () -> loop.runUntilComplete(task));
        }
    }

    @Test
    void aCatchOfExceptionDoesNotSwallowACancellation() throws Exception {
        try (var loop = new EventLoop()) {
            var task =
                    loop.createTask(
                            "server",
                            () -> {
                                while (true) {
                                    try {
                                        await(new SleepEvent(LONG));
                                    } catch (Exception e) {
                                        // as around each request of a server
                                    }
                                }
                            });
            loop.callLater(SHORT, task::cancel);
            assertThrows(CancelledError.class, () -> loop.runUntilComplete(task));
        }
    }

    @Test
    void aCancelledTaskIsNotReported() throws Exception {
        var reports = new ArrayList<String>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> reports.add(message));
            var task = loop.createTask("t", () -> await(new SleepEvent(LONG)));
            loop.callLater(SHORT, task::cancel);
            loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(20))));
            assertTrue(task.isCancelled());
        }
        assertEquals(List.of(), reports);
    }

    // ---- timeouts and gather

    @Test
    void waitForAnEventTimesOutAndTheEventCanBeAwaitedAgain() throws Exception {
        try (var loop = new EventLoop()) {
            Pipe pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                source.configureBlocking(false);
                loop.runUntilComplete(() -> {
                    var read = new ReadEvent(source);
                    assertThrows(TimeoutException.class, () -> waitFor(read, SHORT));
                    sink.write(ByteBuffer.wrap(new byte[3]));
                    assertEquals(3, waitFor(read, LONG).length);
                    return null;
                });
            }
        }
    }

    @Test
    void waitForATaskTimesOutAfterItsCleanup() throws Exception {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<String>();
            loop.runUntilComplete(() -> {
                var slow =
                        loop.createTask(
                                "slow",
                                () -> {
                                    try {
                                        await(new SleepEvent(LONG));
                                    } finally {
                                        await(new SleepEvent(SHORT));
                                        log.add("cleaned up");
                                    }
                                });
                assertThrows(TimeoutException.class, () -> waitFor(slow, SHORT));
                assertTrue(slow.isCancelled());
                assertEquals(List.of("cleaned up"), log);
                return null;
            });
        }
    }

    @Test
    void waitForGivesTheResultInTimeAndTheFailureAsItIs() throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                assertEquals("ok", waitFor(loop.createTask("quick", () -> "ok"), LONG));
                var bad =
                        loop.createTask(
                                "bad",
                                () -> {
                                    throw new IOException("boom");
                                });
                assertThrows(IOException.class, () -> waitFor(bad, LONG));
                return null;
            });
        }
    }

    @Test
    void gatherKeepsTheOrderAndOfNothingIsDoneAtOnce() throws Exception {
        try (var loop = new EventLoop()) {
            var tasks = new ArrayDeque<Task<Integer>>();
            for (int millis : new int[] {9, 1, 5}) {
                tasks.add(
                        loop.createTask(
                                "t",
                                () -> {
                                    await(new SleepEvent(Duration.ofMillis(millis)));
                                    return millis;
                                }));
            }
            assertEquals(List.of(9, 1, 5), loop.runUntilComplete(loop.gather(tasks)));
            List<Future<String>> none = List.of();
            assertEquals(List.of(), loop.runUntilComplete(loop.gather(none)));
        }
    }

    @Test
    void gatherFailsWithTheFirstFailureAndTheOthersGoOn() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<String>();
            loop.setExceptionHandler((message, error) -> reports.add(message));
            var slow = loop.createTask("slow", () -> await(new SleepEvent(SHORT)));
            Task<Duration> bad =
                    loop.createTask(
                            "bad",
                            () -> {
                                throw new IOException("boom");
                            });
            assertThrows(
                    IOException.class,
                    () -> loop.runUntilComplete(loop.gather(List.of(slow, bad))));
            assertEquals(SHORT, loop.runUntilComplete(slow));
            assertEquals(List.of(), reports);
        }
    }

    @Test
    void aTaskWithoutAResultGivesNull() throws Exception {
        try (var loop = new EventLoop()) {
            assertNull(loop.runUntilComplete(loop.createTask("void", () -> {})));
        }
    }
}

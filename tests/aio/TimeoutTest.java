//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/tasks/Queue.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java ../../lib/aio/Timeout.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;
import static aio.Timeout.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.ExceptionGroup;
import aio.tasks.Queue;
import aio.tasks.TaskGroup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A block with a time limit: what it throws, and what is left of the limit afterwards. */
@Timeout(60)
class TimeoutTest {
    public static void main(String... args) {
        TestRun.main(TimeoutTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final Duration LONGER = Duration.ofMillis(7);

    /** Whatever happens on the loop, one line each. */
    private final List<String> log = new ArrayList<>();

    private static void runOnLoop(EventLoop.Body body) throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(loop.createTask("main", body));
        }
    }

    private static void waitForever() throws IOException {
        await(new SleepEvent(LONG));
    }

    /** Keeps the loop busy until all timers of the test are due, so that they run in one turn. */
    private static void untilAllAreDue() {
        long end = EventLoop.current().time() + 20_000_000;
        while (EventLoop.current().time() < end) Thread.onSpinWait();
    }

    /** Nothing is left of a limit: no request to cancel, and none that is still to be raised. */
    private static void assertNothingIsLeft() throws IOException {
        assertEquals(0, Task.current().cancelling());
        for (int i = 0; i < 5; i++) await(new SleepEvent(Duration.ofMillis(1)));
    }

    @Test
    void aBlockInTimeReturnsItsValueAndTheLimitIsForgotten() throws Exception {
        runOnLoop(() -> {
            assertEquals("value", timeout(SHORT, () -> "value"));
            await(new SleepEvent(SHORT.multipliedBy(4)));
            assertNothingIsLeft();
        });
    }

    @Test
    void aBlockThatTakesTooLongIsCancelledAndTheTaskGoesOn() throws Exception {
        runOnLoop(() -> {
            var late =
                    assertThrows(
                            TimeoutException.class,
                            () ->
                                    timeout(
                                            SHORT,
                                            () -> {
                                                try {
                                                    waitForever();
                                                } finally {
                                                    log.add("cleaned up");
                                                }
                                            }));
            assertEquals("the block took longer than PT0.005S", late.getMessage());
            assertTrue(late.getCause() instanceof CancelledError);
            assertEquals(List.of("cleaned up"), log);
            assertNothingIsLeft();
        });
    }

    @Test
    void aBlockThatFailsThrowsItsFailureEvenIfThatWasTheEndOfItsTime() throws Exception {
        runOnLoop(() -> {
            var error = new IOException("failed");
            assertSame(
                    error,
                    assertThrows(
                            IOException.class,
                            () ->
                                    timeout(
                                            LONG,
                                            () -> {
                                                throw error;
                                            })));
            assertSame(
                    error,
                    assertThrows(
                            IOException.class,
                            () ->
                                    timeout(
                                            SHORT,
                                            () -> {
                                                try {
                                                    waitForever();
                                                } catch (CancelledError e) {
                                                    throw error;
                                                }
                                            })));
            assertNothingIsLeft();
        });
    }

    @Test
    void aBlockThatEndsInSpiteOfItsLimitReturnsItsValue() throws Exception {
        runOnLoop(() -> {
            String value =
                    timeout(
                            SHORT,
                            () -> {
                                try {
                                    waitForever();
                                    return "never";
                                } catch (CancelledError e) {
                                    return "caught";
                                }
                            });
            assertEquals("caught", value);
            assertNothingIsLeft();
        });
    }

    @Test
    void aBlockThatComputesBeyondItsLimitReturnsItsValue() throws Exception {
        runOnLoop(() -> {
            String value =
                    timeout(
                            SHORT,
                            () -> {
                                untilAllAreDue();
                                return "late";
                            });
            assertEquals("late", value);
            assertNothingIsLeft();
        });
    }

    // ---- The limit and something else at once

    @Test
    void aCancellationFromOutsideIsNoTimeout() throws Exception {
        runOnLoop(() -> {
            var task =
                    EventLoop.current()
                            .createTask("task", () -> timeout(LONG, TimeoutTest::waitForever));
            await(new SleepEvent(SHORT));
            task.cancel();
            assertThrows(CancelledError.class, () -> await(task));
            assertEquals(1, task.cancelling());
        });
    }

    @Test
    void aCancellationInTheTurnInWhichTheTimeIsUpGoesFirst() throws Exception {
        for (Duration whenCancelled : List.of(Duration.ofMillis(3), LONGER)) {
            runOnLoop(() -> {
                var loop = EventLoop.current();
                var task = loop.createTask("task", () -> timeout(SHORT, TimeoutTest::waitForever));
                loop.callSoon(() -> {
                    loop.callLater(whenCancelled, task::cancel);
                    untilAllAreDue();
                });
                assertThrows(CancelledError.class, () -> await(task));
                assertEquals(1, task.cancelling());
            });
        }
    }

    @Test
    void waitForAFutureDoesNotHideACancellationEither() throws Exception {
        for (Duration whenCancelled : List.of(Duration.ofMillis(3), LONGER)) {
            runOnLoop(() -> {
                var loop = EventLoop.current();
                var task = loop.createTask("task", () -> waitFor(new Future<Void>(), SHORT));
                loop.callSoon(() -> {
                    loop.callLater(whenCancelled, task::cancel);
                    untilAllAreDue();
                });
                assertThrows(CancelledError.class, () -> await(task));
            });
        }
    }

    @Test
    void waitForAFutureCancelsItEvenIfNoTimeIsLeft() throws Exception {
        runOnLoop(() -> {
            var done = new Future<String>();
            done.setResult("done");
            // After 64 awaits that didn't wait, the next one lets the other tasks run first.
            for (int awaits = 60; awaits < 70; awaits++) {
                for (int i = 0; i < awaits; i++) await(done);
                var future = new Future<String>();
                assertThrows(TimeoutException.class, () -> waitFor(future, Duration.ZERO));
                assertTrue(future.isCancelled());
            }
            assertNothingIsLeft();
        });
    }

    /** Whichever of the two comes first, the item is returned or stays in the queue. */
    @Test
    void aLimitThatEndsAsTheItemComesLosesNoItem() throws Exception {
        for (Duration whenPut : List.of(Duration.ofMillis(3), LONGER)) {
            runOnLoop(() -> {
                var loop = EventLoop.current();
                var queue = new Queue<String>();
                var getter =
                        loop.createTask(
                                "getter",
                                () -> {
                                    try {
                                        return timeout(SHORT, () -> await(queue.get()));
                                    } finally {
                                        assertNothingIsLeft();
                                    }
                                });
                loop.callSoon(() -> {
                    loop.callLater(whenPut, () -> queue.putNowait("item"));
                    untilAllAreDue();
                });
                try {
                    assertEquals("item", await(getter));
                    assertEquals(0, queue.size());
                } catch (TimeoutException e) {
                    assertEquals("item", await(queue.get()));
                }
            });
        }
    }

    /** The limit cancels the task after its last wait, before it has left the block. */
    @Test
    void aLimitThatEndsAfterTheLastWaitOfTheBlockLeavesNothing() throws Exception {
        runOnLoop(() -> {
            var value =
                    timeout(
                            SHORT,
                            () -> {
                                var inner =
                                        EventLoop.current()
                                                .createTask(
                                                        "inner",
                                                        () -> {
                                                            try {
                                                                waitForever();
                                                                return "never";
                                                            } catch (CancelledError e) {
                                                                return "the value all the same";
                                                            }
                                                        });
                                return await(
                                        inner); // the limit cancels the inner task, which ends well
                            });
            assertEquals("the value all the same", value);
            assertNothingIsLeft();
        });
    }

    // ---- Nested

    @Test
    void theInnerLimitEndsTheInnerBlockOnly() throws Exception {
        runOnLoop(() -> {
            String value =
                    timeout(
                            LONG,
                            () -> {
                                assertThrows(
                                        TimeoutException.class,
                                        () -> timeout(SHORT, TimeoutTest::waitForever));
                                await(new SleepEvent(SHORT));
                                return "outer goes on";
                            });
            assertEquals("outer goes on", value);
            assertNothingIsLeft();
        });
    }

    @Test
    void theOuterLimitIsNoTimeoutOfTheInnerBlock() throws Exception {
        runOnLoop(() -> {
            assertThrows(
                    TimeoutException.class,
                    () ->
                            timeout(
                                    SHORT,
                                    () -> {
                                        try {
                                            timeout(LONG, TimeoutTest::waitForever);
                                        } catch (TimeoutException e) {
                                            log.add("inner");
                                        }
                                    }));
            assertEquals(List.of(), log);
            assertNothingIsLeft();
        });
    }

    @Test
    void whenBothLimitsEndAtOnceTheOuterBlockEnds() throws Exception {
        for (Duration outer : List.of(Duration.ofMillis(3), LONGER)) {
            runOnLoop(() -> {
                EventLoop.current().callSoon(TimeoutTest::untilAllAreDue);
                assertThrows(
                        TimeoutException.class,
                        () ->
                                timeout(
                                        outer,
                                        () -> {
                                            try {
                                                timeout(SHORT, TimeoutTest::waitForever);
                                            } catch (TimeoutException e) {
                                                log.add("inner");
                                            }
                                            waitForever();
                                        }));
                assertEquals(List.of(), log);
                assertNothingIsLeft();
            });
        }
    }

    @Test
    void inTheCleanupOfACancelledTaskALimitWorksAsElsewhere() throws Exception {
        runOnLoop(() -> {
            var task =
                    EventLoop.current()
                            .createTask(
                                    "task",
                                    () -> {
                                        try {
                                            waitForever();
                                        } finally {
                                            assertThrows(
                                                    TimeoutException.class,
                                                    () -> timeout(SHORT, TimeoutTest::waitForever));
                                            await(new SleepEvent(SHORT));
                                            assertThrows(
                                                    ExceptionGroup.class,
                                                    TimeoutTest::failWhenTheTimeIsUp);
                                            await(new SleepEvent(SHORT));
                                            log.add("cleaned up");
                                        }
                                    });
            await(new SleepEvent(SHORT));
            task.cancel();
            assertThrows(CancelledError.class, () -> await(task));
            assertEquals(List.of("cleaned up"), log);
        });
    }

    // ---- With a task group

    @Test
    void aGroupInABlockEndsBeforeTheBlock() throws Exception {
        runOnLoop(() -> {
            assertThrows(
                    TimeoutException.class,
                    () ->
                            timeout(
                                    SHORT,
                                    () ->
                                            TaskGroup.run(group -> {
                                                for (int i = 0; i < 3; i++)
                                                    group.createTask("task", this::waitAndLog);
                                            })));
            assertEquals(List.of("ended", "ended", "ended"), log);
            assertNothingIsLeft();
        });
    }

    private void waitAndLog() throws IOException {
        try {
            waitForever();
        } finally {
            await(new SleepEvent(Duration.ofMillis(1)));
            log.add("ended");
        }
    }

    @Test
    void aGroupThatFailsWhenItsTimeIsUpThrowsItsFailureAndLeavesNoCancellation() throws Exception {
        runOnLoop(() -> {
            assertThrows(ExceptionGroup.class, TimeoutTest::failWhenTheTimeIsUp);
            assertNothingIsLeft();
        });
    }

    @Test
    void aGroupThatFailsWhenItsTimeIsUpHidesNoCancellationFromOutside() throws Exception {
        for (Duration whenCancelled : List.of(Duration.ofMillis(3), LONGER)) {
            runOnLoop(() -> {
                var loop = EventLoop.current();
                var task =
                        loop.createTask(
                                "task",
                                () -> {
                                    assertThrows(
                                            ExceptionGroup.class, TimeoutTest::failWhenTheTimeIsUp);
                                    assertEquals(1, Task.current().cancelling());
                                    waitForever();
                                });
                loop.callSoon(() -> {
                    loop.callLater(whenCancelled, task::cancel);
                    untilAllAreDue();
                });
                assertThrows(CancelledError.class, () -> await(task));
                assertEquals(1, task.cancelling());
            });
        }
    }

    /** The group counts the limit's request as someone else's, and raises it again. */
    private static void failWhenTheTimeIsUp() throws Exception {
        timeout(SHORT, () -> TaskGroup.run(group -> group.createTask("task", TimeoutTest::fail)));
    }

    private static void fail() throws IOException {
        try {
            waitForever();
        } finally {
            throwFailure();
        }
    }

    private static void throwFailure() throws IOException {
        throw new IOException("failed");
    }

    @Test
    void needsATaskToRunIn() {
        assertThrows(IllegalStateException.class, () -> timeout(SHORT, () -> log.add("block")));
        assertEquals(List.of(), log);
    }
}

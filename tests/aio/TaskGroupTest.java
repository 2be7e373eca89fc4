//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java
//SOURCES ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.ExceptionGroup;
import aio.tasks.TaskGroup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A block and its tasks: who ends whom, what is thrown, and who hears of a cancellation. */
@Timeout(60)
class TaskGroupTest {
    public static void main(String... args) {
        TestRun.main(TaskGroupTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);

    /** Whatever happens on the loop, one line each. */
    private final List<String> log = new ArrayList<>();

    private static void runOnLoop(EventLoop.Body body) throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(loop.createTask("main", body));
        }
    }

    /** Lets the others run until all of them wait. */
    private static void letOthersRun() throws IOException {
        for (int i = 0; i < 5; i++) await(new SleepEvent(Duration.ZERO));
    }

    private void waitForever(String name) throws IOException {
        try {
            log.add(name + " waits");
            await(new SleepEvent(LONG));
        } catch (CancelledError e) {
            log.add(name + " cancelled");
            throw e;
        }
    }

    private static void fail(String message) throws IOException {
        throw new IOException(message);
    }

    private static List<String> messages(ExceptionGroup group) {
        return group.exceptions().stream().map(Throwable::getMessage).toList();
    }

    // ---- The end of a block

    @Test
    void endsWhenItsLastTaskHasEndedAndReturnsTheValueOfTheBlock() throws Exception {
        runOnLoop(() -> {
            var gate = new Future<Void>();
            EventLoop.current().callLater(Duration.ofMillis(5), () -> gate.setResult(null));
            String value =
                    TaskGroup.call(group -> {
                        group.createTask(
                                "slow",
                                () -> {
                                    await(gate);
                                    log.add("slow ends");
                                });
                        log.add("block ends");
                        return "value";
                    });
            assertEquals("value", value);
            assertEquals(List.of("block ends", "slow ends"), log);
        });
    }

    @Test
    void ofABlockWithoutTasksNothingIsAwaited() throws Exception {
        runOnLoop(() -> {
            EventLoop.current().callSoon(() -> log.add("another turn"));
            TaskGroup.run(_ -> log.add("block"));
            assertEquals(List.of("block"), log);
        });
    }

    @Test
    void waitsForTheTasksThatItsTasksHaveStarted() throws Exception {
        runOnLoop(() -> {
            TaskGroup.run(group -> group.createTask("1", () -> startNext(group, 2)));
            log.add("block ends");
            assertEquals(List.of("starts 2", "starts 3", "starts 4", "block ends"), log);
        });
    }

    private void startNext(TaskGroup group, int next) throws IOException {
        await(new SleepEvent(Duration.ofMillis(1)));
        if (next > 4) return;
        log.add("starts " + next);
        group.createTask("" + next, () -> startNext(group, next + 1));
    }

    @Test
    void theResultOfATaskIsThereAfterTheBlock() throws Exception {
        runOnLoop(() -> {
            Task<Integer> task = TaskGroup.call(group -> group.createTask("sum", () -> 20 + 22));
            assertEquals(42, task.result());
        });
    }

    // ---- Failures

    @Test
    void theFirstFailureCancelsTheOtherTasksAndTheBlock() throws Exception {
        runOnLoop(() -> {
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> waitForever("a"));
                                        group.createTask("b", () -> fail("b failed"));
                                        group.createTask("c", () -> waitForever("c"));
                                        waitForever("block");
                                    }));
            assertEquals(List.of("b failed"), messages(failure));
            assertEquals(
                    List.of(
                            "block waits",
                            "a waits",
                            "c waits",
                            "block cancelled",
                            "a cancelled",
                            "c cancelled"),
                    log);
            assertEquals(0, Task.current().cancelling(), "its own request is taken back");
            await(new SleepEvent(Duration.ofMillis(1)));
        });
    }

    @Test
    void theFailureOfTheBlockCancelsItsTasks() throws Exception {
        runOnLoop(() -> {
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> waitForever("a"));
                                        letOthersRun();
                                        fail("block failed");
                                    }));
            assertEquals(List.of("block failed"), messages(failure));
            assertEquals(List.of("a waits", "a cancelled"), log);
        });
    }

    @Test
    void failuresOfTheSameTurnComeTogether() throws Exception {
        runOnLoop(() -> {
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        for (String name : List.of("a", "b", "c")) {
                                            group.createTask(name, () -> fail(name + " failed"));
                                        }
                                    }));
            assertEquals(List.of("a failed", "b failed", "c failed"), messages(failure));
            assertEquals("a failed", failure.getCause().getMessage());
            assertEquals(2, failure.getSuppressed().length);
            assertEquals(
                    "3 tasks failed, the first with java.io.IOException: a failed",
                    failure.getMessage());
        });
    }

    @Test
    void aTaskThatFailsWhileItIsCancelledIsAFailureToo() throws Exception {
        runOnLoop(() -> {
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask(
                                                "a",
                                                () -> {
                                                    try {
                                                        waitForever("a");
                                                    } finally {
                                                        fail("cleanup failed");
                                                    }
                                                });
                                        letOthersRun();
                                        fail("block failed");
                                    }));
            assertEquals(List.of("block failed", "cleanup failed"), messages(failure));
        });
    }

    @Test
    void aBlockThatCatchesItsCancellationDoesNotHideTheFailure() throws Exception {
        runOnLoop(() -> {
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> fail("a failed"));
                                        assertThrows(
                                                CancelledError.class, () -> waitForever("block"));
                                        await(new SleepEvent(Duration.ofMillis(1)));
                                    }));
            assertEquals(List.of("a failed"), messages(failure));
            assertEquals(0, Task.current().cancelling());
        });
    }

    @Test
    void anErrorIsThrownAsItIsWithTheOtherFailuresSuppressed() throws Exception {
        runOnLoop(() -> {
            var assertion = new AssertionError("wrong");
            var thrown =
                    assertThrows(
                            AssertionError.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> fail("a failed"));
                                        group.createTask(
                                                "b",
                                                () -> {
                                                    throw assertion;
                                                });
                                    }));
            assertSame(assertion, thrown);
            assertEquals("a failed", thrown.getSuppressed()[0].getMessage());
        });
    }

    @Test
    void twoTasksThatFailWithTheSameExceptionCountTwice() throws Exception {
        runOnLoop(() -> {
            var shared = new Future<Void>();
            shared.setException(new IOException("shared"));
            var failure =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> await(shared));
                                        group.createTask("b", () -> await(shared));
                                    }));
            assertEquals(List.of("shared", "shared"), messages(failure));
        });
    }

    @Test
    void aTaskThatIsCancelledAloneIsNoFailure() throws Exception {
        runOnLoop(() -> {
            var gate = new Future<String>();
            TaskGroup.run(group -> {
                var a = group.createTask("a", () -> waitForever("a"));
                group.createTask("b", () -> log.add(await(gate)));
                letOthersRun();
                a.cancel();
                letOthersRun();
                gate.setResult("b ends");
            });
            assertEquals(List.of("a waits", "a cancelled", "b ends"), log);
        });
    }

    @Test
    void noFailureIsAlsoReportedToTheExceptionHandler() throws Exception {
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, _) -> log.add(message));
            loop.runUntilComplete(() -> {
                assertThrows(
                        ExceptionGroup.class,
                        () ->
                                TaskGroup.run(group -> {
                                    group.createTask("a", () -> fail("a failed"));
                                    group.createTask("b", () -> fail("b failed"));
                                }));
                return null;
            });
        }
        assertEquals(List.of(), log);
    }

    // ---- Cancelled from outside

    /** Runs a group in a task of its own and cancels that when all of its tasks wait. */
    private Task<Void> cancelled(EventLoop.Body body) throws IOException {
        Task<Void> task = EventLoop.current().createTask("outer", body);
        letOthersRun();
        task.cancel();
        return task;
    }

    @Test
    void cancelledFromOutsideItThrowsThatOnceItsTasksHaveEnded() throws Exception {
        runOnLoop(() -> {
            var outer =
                    cancelled(() ->
                            TaskGroup.run(group -> {
                                group.createTask(
                                        "a",
                                        () -> {
                                            try {
                                                waitForever("a");
                                            } finally {
                                                await(new SleepEvent(Duration.ofMillis(5)));
                                                log.add("a cleaned up");
                                            }
                                        });
                            }));
            assertThrows(CancelledError.class, () -> await(outer));
            assertTrue(outer.isCancelled());
            assertEquals(1, outer.cancelling());
            assertEquals(List.of("a waits", "a cancelled", "a cleaned up"), log);
        });
    }

    @Test
    void cancelledInItsBlockItCancelsItsTasksToo() throws Exception {
        runOnLoop(() -> {
            var outer =
                    cancelled(() ->
                            TaskGroup.run(group -> {
                                group.createTask("a", () -> waitForever("a"));
                                waitForever("block");
                            }));
            assertThrows(CancelledError.class, () -> await(outer));
            assertEquals(List.of("block waits", "a waits", "block cancelled", "a cancelled"), log);
        });
    }

    @Test
    void howeverOftenItIsCancelledNoTaskOutlivesIt() throws Exception {
        runOnLoop(() -> {
            var gate = new Future<Void>();
            var outer =
                    cancelled(() -> {
                        try {
                            TaskGroup.run(group -> group.createTask("a", () -> stubborn(gate)));
                        } finally {
                            log.add("the group has ended");
                        }
                    });
            for (int i = 0; i < 3; i++) {
                letOthersRun();
                outer.cancel();
            }
            letOthersRun();
            assertEquals(List.of("a waits", "a cancelled"), log);
            gate.setResult(null);
            assertThrows(CancelledError.class, () -> await(outer));
            assertEquals(
                    List.of("a waits", "a cancelled", "a has ended", "the group has ended"), log);
        });
    }

    private void stubborn(Future<Void> gate) throws Exception {
        try {
            waitForever("a");
        } finally {
            await(gate);
            log.add("a has ended");
        }
    }

    @Test
    void cancelledFromOutsideWhileItFailsItThrowsTheFailureAndIsCancelledAtItsNextAwait()
            throws Exception {
        runOnLoop(() -> {
            var gate = new Future<Void>();
            var outer =
                    EventLoop.current()
                            .createTask(
                                    "outer",
                                    () -> {
                                        var failure =
                                                assertThrows(
                                                        ExceptionGroup.class,
                                                        () -> failWhileCleaningUp(gate));
                                        log.addAll(messages(failure));
                                        log.add("cancelling " + Task.current().cancelling());
                                        waitForever("outer");
                                    });
            letOthersRun();
            outer.cancel(); // one task has failed, and the other still cleans up
            letOthersRun();
            gate.setResult(null);
            assertThrows(CancelledError.class, () -> await(outer));
            assertEquals(1, outer.cancelling());
            assertEquals(
                    List.of(
                            "a waits",
                            "a cancelled",
                            "a has ended",
                            "b failed",
                            "cancelling 1",
                            "outer waits",
                            "outer cancelled"),
                    log);
        });
    }

    private void failWhileCleaningUp(Future<Void> gate) throws ExceptionGroup {
        TaskGroup.run(group -> {
            group.createTask("a", () -> stubborn(gate));
            group.createTask("b", () -> fail("b failed"));
        });
    }

    @Test
    void cancelledFromOutsideInTheTurnInWhichATaskFailsItIsCancelledOnce() throws Exception {
        runOnLoop(() -> {
            var gate = new Future<Void>();
            var outer =
                    EventLoop.current()
                            .createTask(
                                    "outer",
                                    () -> {
                                        assertThrows(
                                                ExceptionGroup.class,
                                                () ->
                                                        TaskGroup.run(group -> {
                                                            group.createTask(
                                                                    "a", () -> await(gate));
                                                            waitForever("block");
                                                        }));
                                        log.add("cancelling " + Task.current().cancelling());
                                        assertThrows(
                                                CancelledError.class, () -> waitForever("next"));
                                        await(new SleepEvent(Duration.ofMillis(1)));
                                        log.add("goes on");
                                    });
            letOthersRun();
            gate.setException(new IOException("a failed"));
            // When main runs again, "a" has failed, and the group is about to hear of it.
            await(new SleepEvent(Duration.ZERO));
            outer.cancel();
            await(outer);
            assertEquals(
                    List.of(
                            "block waits",
                            "block cancelled",
                            "cancelling 1",
                            "next waits",
                            "next cancelled",
                            "goes on"),
                    log);
        });
    }

    @Test
    void inTheCleanupOfACancelledTaskAFailingGroupCancelsNothingMore() throws Exception {
        runOnLoop(() -> {
            var outer =
                    cancelled(() -> {
                        try {
                            waitForever("outer");
                        } finally {
                            assertThrows(
                                    ExceptionGroup.class,
                                    () ->
                                            TaskGroup.run(group -> {
                                                group.createTask("a", () -> fail("a failed"));
                                                waitForever("block");
                                            }));
                            await(new SleepEvent(Duration.ofMillis(1)));
                            log.add("cleaned up");
                        }
                    });
            assertThrows(CancelledError.class, () -> await(outer));
            assertEquals("cleaned up", log.getLast());
            assertEquals(1, outer.cancelling());
        });
    }

    @Test
    void aCancelledFutureThatTheBlockAwaitsIsNoCancellationOfTheTask() throws Exception {
        runOnLoop(() -> {
            var future = new Future<Void>();
            future.cancel();
            assertThrows(
                    CancelledError.class,
                    () ->
                            TaskGroup.run(group -> {
                                group.createTask("a", () -> waitForever("a"));
                                letOthersRun();
                                await(future);
                            }));
            assertEquals(List.of("a waits", "a cancelled"), log);
            assertEquals(0, Task.current().cancelling());
        });
    }

    // ---- A group in a group

    @Test
    void theFailureOfAnInnerGroupIsOneFailureOfTheOuter() throws Exception {
        runOnLoop(() -> {
            var outer =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> waitForever("a"));
                                        TaskGroup.run(
                                                inner -> inner.createTask("b", () -> fail("b")));
                                    }));
            assertEquals(1, outer.exceptions().size());
            assertEquals(List.of("b"), messages((ExceptionGroup) outer.getCause()));
            assertEquals(List.of("a waits", "a cancelled"), log);
            assertEquals(0, Task.current().cancelling());
        });
    }

    @Test
    void theFailureOfATaskOfTheOuterGroupCancelsTheInnerOne() throws Exception {
        runOnLoop(() -> {
            var outer =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> fail("a failed"));
                                        try {
                                            TaskGroup.run(inner ->
                                                    inner.createTask("b", () -> waitForever("b")));
                                        } finally {
                                            log.add("inner ends");
                                        }
                                    }));
            assertEquals(List.of("a failed"), messages(outer));
            assertEquals(List.of("b waits", "b cancelled", "inner ends"), log);
            assertEquals(0, Task.current().cancelling());
            await(new SleepEvent(Duration.ofMillis(1)));
        });
    }

    @Test
    void whenBothGroupsFailAtOnceTheOuterHasBothFailures() throws Exception {
        runOnLoop(() -> {
            var gate = new Future<Void>();
            EventLoop.current().callLater(Duration.ofMillis(5), () -> gate.setResult(null));
            var outer =
                    assertThrows(
                            ExceptionGroup.class,
                            () ->
                                    TaskGroup.run(group -> {
                                        group.createTask("a", () -> failAfter(gate, "a failed"));
                                        TaskGroup.run(inner -> {
                                            inner.createTask(
                                                    "b", () -> failAfter(gate, "b failed"));
                                            waitForever("inner block");
                                        });
                                    }));
            assertEquals("a failed", outer.getCause().getMessage());
            var inner = (ExceptionGroup) outer.exceptions().get(1);
            assertEquals(List.of("b failed"), messages(inner));
            assertEquals(0, Task.current().cancelling());
            await(new SleepEvent(Duration.ofMillis(1)));
        });
    }

    private static void failAfter(Future<Void> gate, String message) throws Exception {
        await(gate);
        fail(message);
    }

    // ---- Where and when

    @Test
    void takesNoTaskOnceItHasEndedOrIsShuttingDown() throws Exception {
        runOnLoop(() -> {
            TaskGroup ended = TaskGroup.call(group -> group);
            var late =
                    assertThrows(
                            IllegalStateException.class, () -> ended.createTask("late", () -> {}));
            assertEquals("the task group has ended", late.getMessage());
            assertThrows(
                    ExceptionGroup.class,
                    () ->
                            TaskGroup.run(group -> {
                                group.createTask("a", () -> fail("a failed"));
                                try {
                                    waitForever("block");
                                } finally {
                                    var refused =
                                            assertThrows(
                                                    IllegalStateException.class,
                                                    () ->
                                                            group.createTask(
                                                                    "b", () -> log.add("b")));
                                    assertEquals(
                                            "the task group is shutting down",
                                            refused.getMessage());
                                }
                            }));
            letOthersRun();
            assertFalse(log.contains("b"));
        });
    }

    @Test
    void refusesATaskFromAnotherThread() throws Exception {
        runOnLoop(() -> {
            TaskGroup.run(group -> {
                var refused =
                        assertThrows(
                                IllegalStateException.class,
                                () ->
                                        await(
                                                EventLoop.current()
                                                        .runInExecutor(() ->
                                                                group.createTask(
                                                                        "a", () -> log.add("a")))));
                assertTrue(refused.getMessage().startsWith("not on the loop"));
            });
            assertEquals(List.of(), log);
        });
    }

    @Test
    void needsATaskToRunIn() throws Exception {
        assertThrows(IllegalStateException.class, () -> TaskGroup.run(_ -> log.add("block")));
        try (var loop = new EventLoop()) {
            var thrown = new CompletableFuture<Throwable>();
            loop.setExceptionHandler((_, error) -> thrown.complete(error));
            loop.callSoon(() -> {
                loop.stop();
                try {
                    TaskGroup.run(_ -> log.add("block"));
                } catch (ExceptionGroup e) {
                    throw new AssertionError(e);
                }
            });
            loop.runForever();
            assertTrue(thrown.join() instanceof IllegalStateException, thrown::toString);
        }
        assertEquals(List.of(), log);
    }

    @Test
    void aLoopThatClosesEndsAGroupWhoseTaskDoesNotWantTo() throws Exception {
        var ended = new Future<String>();
        try (var loop = new EventLoop()) {
            loop.createTask(
                    "outer",
                    () -> {
                        try {
                            TaskGroup.run(group -> group.createTask("a", () -> neverEnd()));
                        } finally {
                            ended.setResult("ended");
                        }
                    });
            loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(5))));
        }
        assertEquals("ended", ended.result());
        assertNull(ended.exception());
    }

    /** Ignores cancellations, until the closing loop closes the coroutine for the 50th time. */
    private static void neverEnd() throws IOException {
        for (int i = 0; i < 50; i++) {
            try {
                await(new SleepEvent(LONG));
            } catch (CancelledError e) {
                // it goes on
            }
        }
    }
}

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java ../shared/TestRun.java
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

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

class FutureTest {
    public static void main(String... args) {
        TestRun.main(FutureTest.class);
    }

    @Test
    void aResultArrives() throws Exception {
        var future = new Future<String>();
        assertFalse(future.isDone());
        future.setResult("ok");
        assertTrue(future.isDone());
        assertEquals("ok", future.result());
        assertNull(future.exception());
    }

    @Test
    void nullIsAResult() throws Exception {
        var future = new Future<String>();
        future.setResult(null);
        assertTrue(future.isDone());
        assertNull(future.result());
    }

    @Test
    void aPendingFutureHasNeitherResultNorException() {
        var future = new Future<String>();
        assertThrows(IllegalStateException.class, future::result);
        assertThrows(IllegalStateException.class, future::exception);
    }

    @Test
    void aFailureIsThrownAsItWasSet() {
        var future = new Future<String>();
        var error = new IOException("boom");
        future.setException(error);
        assertSame(error, assertThrows(IOException.class, future::result));
        assertSame(error, future.exception());
    }

    @Test
    void aSecondResultIsRefusedAndTheFirstNamed() {
        var future = new Future<String>();
        future.setResult("first");
        var refused = assertThrows(IllegalStateException.class, () -> future.setResult("second"));
        assertTrue(refused.getMessage().contains("first"), refused.getMessage());
        assertThrows(IllegalStateException.class, () -> future.setException(new IOException()));
        assertFalse(future.cancel());
    }

    @Test
    void aResultAfterAFailureIsRefusedWithTheFailureAsCause() {
        var future = new Future<String>();
        var error = new IOException("boom");
        future.setException(error);
        var refused = assertThrows(IllegalStateException.class, () -> future.setResult("late"));
        assertSame(error, refused.getCause());
        future.exception();
    }

    @Test
    void cancelledOnce() {
        var future = new Future<String>();
        assertTrue(future.cancel());
        assertFalse(future.cancel());
        assertTrue(future.isCancelled());
        assertThrows(CancelledError.class, future::result);
        assertThrows(IllegalStateException.class, () -> future.setResult("late"));
    }

    @Test
    void withoutALoopCallbacksRunAtOnceInTheCompletingThread() {
        var future = new Future<String>();
        var seen = new ArrayList<Object>();
        future.addDoneCallback(f -> seen.add(Thread.currentThread()));
        future.setResult("ok");
        assertEquals(List.of(Thread.currentThread()), seen);
    }

    @Test
    void onALoopCallbacksRunInOrderAndNotInsideSetResult() throws Exception {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<String>();
            loop.runUntilComplete(() -> {
                var future = new Future<String>();
                future.addDoneCallback(f -> seen.add("1"));
                future.addDoneCallback(f -> seen.add("2"));
                future.setResult("ok");
                seen.add("set");
                future.addDoneCallback(f -> seen.add("3"));
                await(new aio.SleepEvent(Duration.ZERO));
                future.addDoneCallback(f -> seen.add("late"));
                return await(new aio.SleepEvent(Duration.ZERO));
            });
            assertEquals(List.of("set", "1", "2", "3", "late"), seen);
        }
    }

    @Test
    void aRemovedCallbackDoesNotRun() {
        var future = new Future<String>();
        var runs = new AtomicInteger();
        Consumer<Object> callback = f -> runs.incrementAndGet();
        future.addDoneCallback(callback);
        assertTrue(future.removeDoneCallback(callback));
        assertFalse(future.removeDoneCallback(callback));
        future.setResult("ok");
        assertEquals(0, runs.get());
    }

    @Test
    void aCallbackThatThrowsIsReportedAndTheNextRuns() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<Throwable>();
            loop.setExceptionHandler((message, error) -> reports.add(error));
            var boom = new IllegalArgumentException("boom");
            var future = new Future<String>(loop);
            future.addDoneCallback(f -> {
                throw boom;
            });
            future.addDoneCallback(f -> loop.stop());
            future.setResult("ok");
            loop.runForever();
            assertEquals(List.of(boom), reports);
        }
    }

    @Test
    void completedByAnotherThreadItWakesASleepingLoopAndRunsCallbacksThere() throws Exception {
        try (var loop = new EventLoop()) {
            var future = new Future<Integer>(loop);
            var thread = new CompletableFuture<Thread>();
            future.addDoneCallback(f -> thread.complete(Thread.currentThread()));
            Thread worker = Thread.ofPlatform().start(() -> future.setResult(123));
            assertEquals(123, loop.runUntilComplete(() -> await(future)));
            worker.join();
            assertFalse(thread.join() == worker);
        }
    }

    @Test
    void ofManyThreadsThatCompleteItOneWins() throws Exception {
        for (int round = 0; round < 50; round++) {
            var future = new Future<Integer>();
            var calls = new AtomicInteger();
            future.addDoneCallback(f -> calls.incrementAndGet());
            var refused = new AtomicInteger();
            var start = new CountDownLatch(1);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                int mine = i;
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    try {
                                        start.await();
                                        future.setResult(mine);
                                    } catch (IllegalStateException e) {
                                        refused.incrementAndGet();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                }));
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(3, refused.get());
            assertEquals(1, calls.get());
        }
    }

    @Test
    void awaitedByALoopAlthoughItBelongsToNone() throws Exception {
        var future = new Future<String>();
        try (var loop = new EventLoop()) {
            loop.callSoon(() -> Thread.ofPlatform().start(() -> future.setResult("from afar")));
            assertEquals("from afar", loop.runUntilComplete(() -> await(future)));
        }
    }

    @Test
    void aCompletionStageIsWrapped() throws Exception {
        var failed = CompletableFuture.supplyAsync(FutureTest::failing);
        var cancelled = new CompletableFuture<String>();
        try (var loop = new EventLoop()) {
            assertEquals(
                    "row",
                    loop.runUntilComplete(
                            () -> await(Future.wrap(CompletableFuture.supplyAsync(() -> "row")))));
            assertThrows(
                    ArithmeticException.class,
                    () -> loop.runUntilComplete(() -> await(Future.wrap(failed))));
            var future = Future.wrap(cancelled);
            future.cancel();
            assertTrue(cancelled.isCancelled());
            assertTrue(future.isCancelled());
        }
    }

    private static String failing() {
        throw new ArithmeticException("driver");
    }

    @Test
    void aFailureNobodyLookedAtIsReportedWhenTheLoopCloses() throws Exception {
        var reports = new ArrayList<Throwable>();
        var ignored = new IOException("ignored");
        var seen = new IOException("seen");
        var kept = new AtomicReference<Future<String>>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> reports.add(error));
            kept.set(new Future<>(loop));
            kept.get().setException(ignored);
            var looked = new Future<String>(loop);
            looked.setException(seen);
            looked.exception();
            assertTrue(reports.isEmpty());
        }
        assertEquals(List.of(ignored), reports);
        assertTrue(kept.get().isDone());
    }

    @Test
    void aFailureNobodyLookedAtIsReportedWhenTheFutureIsCollected() {
        var reports = new ConcurrentLinkedQueue<String>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> reports.add(error.getMessage()));
            new Future<String>(loop).setException(new IOException("dropped"));
            Awaitility.await()
                    .untilAsserted(() -> {
                        System.gc();
                        assertEquals(List.of("dropped"), List.copyOf(reports));
                    });
        }
        assertEquals(1, reports.size());
    }
}

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A loop next to threads that are busy, and threads that call it without permission. */
@Timeout(60)
class LoopThreadsTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofHours(1);

    public static void main(String... args) {
        TestRun.main(LoopThreadsTest.class);
    }

    @Test
    void aTimerOfAnIdleLoopNeedsNoThreadOfTheCommonPool() throws Exception {
        var slept = new CountDownLatch(1);
        var busy = new ArrayList<ForkJoinTask<?>>();
        for (int i = 0; i < 2 * ForkJoinPool.getCommonPoolParallelism(); i++) {
            busy.add(ForkJoinPool.commonPool().submit(() -> waitFor(slept)));
        }
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
        } finally {
            slept.countDown();
        }
        busy.forEach(ForkJoinTask::join);
    }

    private static Void waitFor(CountDownLatch latch) throws InterruptedException {
        latch.await();
        return null;
    }

    @Test
    void computationsInTheDefaultExecutorLeaveTheLoopItsTurn() throws Exception {
        var done = new AtomicBoolean();
        var byTheLoop = new AtomicBoolean();
        endAfterTwentySeconds(done);
        int most = 2 * Runtime.getRuntime().availableProcessors();
        try (var loop = new EventLoop()) {
            var computations = new ArrayList<Future<Long>>();
            for (int i = 0; i < most; i++) {
                computations.add(loop.runInExecutor(() -> countUntil(done)));
            }
            loop.runUntilComplete(() -> {
                await(new SleepEvent(SHORT));
                byTheLoop.set(!done.getAndSet(true));
                return await(loop.gather(computations));
            });
        }
        assertTrue(byTheLoop.get(), "the loop had no turn while they computed");
    }

    /** A loop that gets no processor could not even end the test. */
    private static void endAfterTwentySeconds(AtomicBoolean done) {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
                    done.set(true);
                });
    }

    private static long countUntil(AtomicBoolean done) {
        long count = 0;
        while (!done.get()) count++;
        return count;
    }

    @Test
    void workThatIsCancelledBeforeItsTurnIsNotDone() throws Exception {
        try (var loop = new EventLoop()) {
            var queued = new ArrayList<Runnable>();
            var done = new AtomicBoolean();
            Future<?> future =
                    loop.runInExecutor(
                            queued::add,
                            () -> {
                                done.set(true);
                                return null;
                            });
            future.cancel();
            queued.forEach(Runnable::run);
            assertFalse(done.get());
        }
    }

    @Test
    void anotherThreadMayNotCancelATimer() throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                var timer = loop.callLater(LONG, () -> {});
                var refused = new CompletableFuture<Throwable>();
                Thread.ofPlatform()
                        .start(() ->
                                refused.complete(
                                        assertThrows(IllegalStateException.class, timer::cancel)))
                        .join();
                assertTrue(refused.isDone(), "the timer was cancelled by another thread");
                assertTrue(refused.get().getMessage().contains("callSoonThreadsafe"));
                assertTrue(timer.isPending());
                timer.cancel();
                assertFalse(timer.isPending());
                return null;
            });
        }
    }

    @Test
    void aTimerOfAClosedLoopMayBeCancelledByAnybody() {
        var loop = new EventLoop();
        var timer = loop.callLater(LONG, () -> {});
        loop.close();
        timer.cancel();
        assertFalse(timer.isPending());
    }

    @Test
    void tasksCancelledByManyThreadsWhileTheLoopIsStoppedAllEnd() throws Exception {
        int threads = 4;
        int each = 5_000;
        try (var loop = new EventLoop()) {
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < threads * each; i++) {
                tasks.add(loop.createTask("t" + i, () -> await(new SleepEvent(LONG))));
            }
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            var cancellers = new ArrayList<Thread>();
            for (List<Task<?>> part : parts(tasks, each)) {
                cancellers.add(Thread.ofPlatform().start(() -> part.forEach(Task::cancel)));
            }
            for (Thread canceller : cancellers) canceller.join();
            loop.runUntilComplete(() -> {
                for (Task<?> task : tasks) {
                    while (!task.isDone()) await(new SleepEvent(Duration.ZERO));
                }
                return null;
            });
            assertTrue(tasks.stream().allMatch(Task::isCancelled));
            assertEquals(0, loop.tasks().size());
        }
    }

    @Test
    void aTaskCancelledBeforeTheLoopRunsNeverBegins() throws Exception {
        try (var loop = new EventLoop()) {
            var begun = new AtomicBoolean();
            var task = loop.createTask("t", () -> begun.set(true));
            Thread.ofPlatform().start(task::cancel).join();
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            assertTrue(task.isCancelled());
            assertFalse(begun.get());
        }
    }

    private static <T> List<List<T>> parts(List<T> all, int each) {
        var parts = new ArrayList<List<T>>();
        for (int from = 0; from < all.size(); from += each) {
            parts.add(all.subList(from, from + each));
        }
        return parts;
    }
}

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java ../../lib/aio/SleepEvent.java
//SOURCES ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.Future;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.TimerHandle;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Callbacks, timers and other threads; tasks and channels have tests of their own. */
@Timeout(60)
class EventLoopTest {
    public static void main(String... args) {
        TestRun.main(EventLoopTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void helloWorld() throws Exception {
        try (var loop = new EventLoop()) {
            assertEquals("hello", loop.runUntilComplete(() -> "hello"));
        }
    }

    @Test
    void callbacksRunInTheOrderOfTheCalls() {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<Integer>();
            IntStream.range(0, 2000).forEach(i -> loop.callSoon(() -> seen.add(i)));
            loop.callSoon(loop::stop);
            loop.runForever();
            assertEquals(IntStream.range(0, 2000).boxed().toList(), seen);
        }
    }

    @Test
    void aCallbackAddedByACallbackRunsInTheNextTurn() {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<String>();
            loop.callSoon(() -> {
                seen.add("a");
                loop.callSoon(() -> seen.add("next turn"));
                loop.stop();
            });
            loop.callSoon(() -> seen.add("b"));
            loop.runForever();
            assertEquals(List.of("a", "b"), seen);
            loop.stop();
            loop.runForever();
            assertEquals(List.of("a", "b", "next turn"), seen);
        }
    }

    @Test
    void aCallbackThatThrowsIsReportedAndTheLoopGoesOn() {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<Throwable>();
            loop.setExceptionHandler((message, error) -> reports.add(error));
            var boom = new IllegalStateException("boom");
            var fatal = new StackOverflowError("boom");
            loop.callSoon(() -> {
                throw boom;
            });
            loop.callSoon(() -> {
                throw fatal;
            });
            loop.callSoon(loop::stop);
            loop.runForever();
            assertEquals(List.of(boom, fatal), reports);
        }
    }

    @Test
    void anExceptionHandlerThatThrowsDoesNotEndTheLoop() throws Exception {
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> {
                throw new IllegalStateException("expected in this test: " + message);
            });
            loop.callSoon(() -> {
                throw new IllegalStateException("expected in this test");
            });
            assertEquals(1, loop.runUntilComplete(() -> 1));
        }
    }

    @Test
    void timersRunEarliestFirstAndEqualOnesInTheOrderOfTheCalls() throws Exception {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<String>();
            long now = loop.time();
            loop.callAt(now + 3_000_000, () -> seen.add("late 1"));
            loop.callAt(now + 1_000_000, () -> seen.add("early 1"));
            loop.callAt(now + 3_000_000, () -> seen.add("late 2"));
            loop.callAt(now + 1_000_000, () -> seen.add("early 2"));
            loop.callAt(now + 3_000_000, loop::stop);
            loop.runForever();
            assertEquals(List.of("early 1", "early 2", "late 1", "late 2"), seen);
        }
    }

    @Test
    void aTimerNeverRunsEarly() throws Exception {
        try (var loop = new EventLoop()) {
            for (int millis : new int[] {1, 5, 20}) {
                long start = loop.time();
                loop.callLater(Duration.ofMillis(millis), loop::stop);
                loop.runForever();
                assertTrue(loop.time() - start >= millis * 1_000_000L);
            }
        }
    }

    @Test
    void noneOfManyShortSleepsIsTheLast() throws Exception {
        try (var loop = new EventLoop()) {
            var pause = new SleepEvent(Duration.ofNanos(100_000));
            loop.runUntilComplete(() -> {
                for (int i = 0; i < 3000; i++) await(pause);
                return null;
            });
        }
    }

    @Test
    void aTimerMadeDuringALongWaitIsNotBoundByIt() throws Exception {
        try (var loop = new EventLoop();
                var other = Executors.newVirtualThreadPerTaskExecutor()) {
            loop.callLater(LONG, () -> {});
            other.submit(() -> {
                for (int i = 0; i < 100; i++) { // some of them while the loop waits
                    var done = new CountDownLatch(1);
                    loop.callSoonThreadsafe(done::countDown);
                    done.await();
                }
                loop.callSoonThreadsafe(() -> loop.callLater(Duration.ofMillis(200), loop::stop));
                return null;
            });
            loop.runForever();
        }
    }

    @Test
    void aNegativeDelayIsNoneAndTheLongestDoesNotOverflow() throws Exception {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<String>();
            TimerHandle never =
                    loop.callLater(Duration.ofSeconds(Long.MAX_VALUE), () -> seen.add("never"));
            loop.callLater(Duration.ofSeconds(-5), () -> seen.add("now"));
            loop.callLater(Duration.ofMillis(1), loop::stop);
            loop.runForever();
            assertEquals(List.of("now"), seen);
            assertTrue(never.isPending());
        }
    }

    @Test
    void aCancelledTimerDoesNotRunEvenWhenDueInTheSameTurn() throws Exception {
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<String>();
            var second = new TimerHandle[1];
            long when = loop.time() + 1_000_000;
            TimerHandle first =
                    loop.callAt(
                            when,
                            () -> {
                                seen.add("first");
                                second[0].cancel();
                            });
            second[0] = loop.callAt(when, () -> seen.add("second"));
            loop.callAt(when, loop::stop);
            loop.runForever();
            assertEquals(List.of("first"), seen);
            first.cancel();
            second[0].cancel();
            assertFalse(first.isPending());
        }
    }

    @Test
    void aSleepThatTimedOutSleepsItsWholeTimeWhenItIsAwaitedAgain() throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                var sleep = new SleepEvent(Duration.ofMillis(100));
                assertThrows(TimeoutException.class, () -> waitFor(sleep, Duration.ofMillis(1)));
                await(new SleepEvent(Duration.ofMillis(150)));
                long start = loop.time();
                await(sleep);
                assertTrue(loop.time() - start >= 100_000_000, "it kept the old deadline");
                return null;
            });
        }
    }

    @Test
    void aReportNamesWhereACallbackWasWritten() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<String>();
            loop.setExceptionHandler((message, error) -> reports.add(message));
            Runnable failure = () -> zero(1 / zero());
            loop.callSoon(failure);
            loop.callLater(Duration.ZERO, failure);
            loop.callLater(Duration.ofMillis(5), loop::stop);
            loop.runForever();
            String expected = "a callback in tests.aio.EventLoopTest failed";
            assertEquals(List.of(expected, expected), reports);
        }
    }

    private static void zero(int ignored) {}

    /** A record that contains itself, so its toString overflows the stack. */
    private record Endless(AtomicReference<Object> itself) implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("as it should");
        }
    }

    @Test
    void aCallbackThatCannotEvenBeNamedDoesNotEndTheLoop() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<String>();
            loop.setExceptionHandler((message, error) -> reports.add(error.getMessage()));
            var endless = new Endless(new AtomicReference<>());
            endless.itself().set(endless);
            loop.callSoon(endless);
            loop.callSoon(loop::stop);
            loop.runForever();
            assertFalse(loop.isClosed());
            assertEquals(List.of("as it should"), reports);
        }
    }

    @Test
    void aHundredThousandTimersRunOnceEachInOrder() throws Exception {
        try (var loop = new EventLoop()) {
            int n = 100_000;
            var order = new int[n];
            var next = new AtomicInteger();
            long base = loop.time() + 5_000_000;
            for (int i = 0; i < n; i++) {
                int mine = (int) ((long) i * 7919 % n);
                loop.callAt(base + mine, () -> order[next.getAndIncrement()] = mine);
            }
            loop.callAt(base + n, loop::stop);
            loop.runForever();
            assertArrayIsRange(order);
        }
    }

    private static void assertArrayIsRange(int[] order) {
        assertTrue(Arrays.equals(IntStream.range(0, order.length).toArray(), order));
    }

    @Test
    void twoThousandTimersAddedAndCancelledAreForgotten() {
        try (var loop = new EventLoop()) {
            var handles = new ArrayList<WeakReference<TimerHandle>>();
            var callbacks = new ArrayList<WeakReference<Runnable>>();
            for (int i = 0; i < 2000; i++) {
                int number = i;
                Runnable callback = () -> handles.remove(number);
                TimerHandle handle = loop.callLater(LONG, callback);
                handle.cancel();
                handles.add(new WeakReference<>(handle));
                callbacks.add(new WeakReference<>(callback));
            }
            Awaitility.await()
                    .until(() -> {
                        System.gc();
                        return handles.stream().filter(r -> r.get() != null).count() < 200
                                && callbacks.stream().allMatch(r -> r.get() == null);
                    });
        }
    }

    @Test
    void anotherThreadWakesASleepingLoop() {
        try (var loop = new EventLoop()) {
            loop.callLater(LONG, () -> {});
            Thread waker = Thread.ofPlatform().unstarted(() -> loop.callSoonThreadsafe(loop::stop));
            loop.callSoon(waker::start);
            long start = System.nanoTime();
            loop.runForever();
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
        }
    }

    @Test
    void callbacksFromManyThreadsAllRunInEachThreadsOrder() throws Exception {
        try (var loop = new EventLoop()) {
            int threads = 8;
            int each = 20_000;
            var seen = new int[threads];
            var left = new AtomicInteger(threads * each);
            var outOfOrder = new AtomicInteger();
            for (int t = 0; t < threads; t++) {
                int mine = t;
                Thread.Builder kind = t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                kind.start(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = i;
                        loop.callSoonThreadsafe(() -> {
                            if (seen[mine]++ != number) {
                                outOfOrder.incrementAndGet();
                            }
                            if (left.decrementAndGet() == 0) {
                                loop.stop();
                            }
                        });
                    }
                });
            }
            loop.runForever();
            assertEquals(0, outOfOrder.get());
            assertEquals(each, seen[threads - 1]);
        }
    }

    @Test
    void otherThreadsMayCallWhileTheLoopClosesAndAfterwards() throws Exception {
        var loop = new EventLoop();
        Thread caller;
        try (loop) {
            caller =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!loop.isClosed()) {
                                    loop.callSoonThreadsafe(() -> {});
                                }
                                for (int i = 0; i < 1000; i++) {
                                    loop.callSoonThreadsafe(() -> {});
                                }
                            });
            loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(5))));
        }
        caller.join();
    }

    @Test
    void otherThreadsAreRefusedWhatIsNotForThem() throws Exception {
        try (var loop = new EventLoop();
                var pool = Executors.newSingleThreadExecutor()) {
            loop.runUntilComplete(() -> {
                var refused =
                        pool.submit(() ->
                                        assertThrows(
                                                IllegalStateException.class,
                                                () -> loop.callSoon(() -> {})))
                                .get();
                assertTrue(refused.getMessage().contains("callSoonThreadsafe"));
                return null;
            });
        }
    }

    @Test
    void currentIsTheLoopOfTheCallbackOrCoroutine() throws Exception {
        assertThrows(IllegalStateException.class, EventLoop::current);
        try (var loop = new EventLoop()) {
            var seen = new ArrayList<EventLoop>();
            loop.callSoon(() -> seen.add(EventLoop.current()));
            assertSame(loop, loop.runUntilComplete(EventLoop::current));
            assertEquals(List.of(loop), seen);
        }
        assertThrows(IllegalStateException.class, EventLoop::current);
    }

    @Test
    void blockingWorkRunsInAnExecutorMeanwhileTheLoopGoesOn() throws Exception {
        try (var loop = new EventLoop();
                var pool = Executors.newFixedThreadPool(2)) {
            var release = new java.util.concurrent.CountDownLatch(1);
            String result =
                    loop.runUntilComplete(() -> {
                        Future<String> future =
                                loop.runInExecutor(
                                        pool,
                                        () -> {
                                            release.await();
                                            return "done";
                                        });
                        await(new SleepEvent(Duration.ZERO));
                        assertFalse(future.isDone());
                        release.countDown();
                        return await(future);
                    });
            assertEquals("done", result);
            assertThrows(
                    ArithmeticException.class,
                    () ->
                            loop.runUntilComplete(
                                    () -> await(loop.runInExecutor(pool, () -> 1 / zero()))));
        }
    }

    private static int zero() {
        return 0;
    }

    @Test
    void aCallbackThatReschedulesItselfForEverDoesNotStarveChannels() throws Exception {
        try (var loop = new EventLoop()) {
            Pipe pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                source.configureBlocking(false);
                var flood = new boolean[] {true};
                loop.callSoon(
                        new Runnable() {
                            @Override
                            public void run() {
                                if (flood[0]) {
                                    loop.callSoon(this);
                                }
                            }
                        });
                loop.callLater(Duration.ofMillis(1), () -> write(sink, "x"));
                byte[] got = loop.runUntilComplete(() -> await(new ReadEvent(source)));
                flood[0] = false;
                assertEquals("x", new String(got));
            }
        }
    }

    private static void write(Pipe.SinkChannel sink, String text) {
        try {
            sink.write(ByteBuffer.wrap(text.getBytes()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aSlowCallbackAndASlowStepAreReportedWithTheTasksName() throws Exception {
        try (var loop = new EventLoop()) {
            var reports = new ArrayList<String>();
            loop.setExceptionHandler((message, error) -> reports.add(message));
            loop.reportSlowCallbacks(Duration.ofMillis(20));
            loop.callSoon(() -> busy(Duration.ofMillis(25)));
            loop.runUntilComplete(loop.createTask("sloth", () -> busy(Duration.ofMillis(25))));
            assertEquals(2, reports.size(), reports::toString);
            assertTrue(reports.get(1).contains("sloth"), reports::toString);
            loop.reportSlowCallbacks(null);
            loop.runUntilComplete(loop.createTask("again", () -> busy(Duration.ofMillis(25))));
            assertEquals(2, reports.size(), reports::toString);
        }
    }

    private static void busy(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void anIdleLoopUsesNoProcessor() throws Exception {
        try (var loop = new EventLoop()) {
            Pipe pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                source.configureBlocking(false);
                var polls = new AtomicInteger();
                var event =
                        new aio.ChannelEvent<Boolean>(
                                source, java.nio.channels.SelectionKey.OP_READ) {
                            @Override
                            protected Boolean poll() {
                                polls.incrementAndGet();
                                return null;
                            }
                        };
                var waiting = loop.createTask("waits", () -> await(event));
                loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(200))));
                assertEquals(1, polls.get());
                assertTrue(sink.isOpen());
                assertFalse(waiting.isDone());
            }
        }
    }

    @Test
    void aReaderRunsWhileThereIsInputAndOnceATurnAtMost() throws Exception {
        try (var loop = new EventLoop()) {
            var pipes = new ArrayList<Pipe>();
            var calls = new AtomicInteger();
            for (int i = 0; i < 1000; i++) {
                var pipe = Pipe.open();
                pipes.add(pipe);
                pipe.source().configureBlocking(false);
                pipe.sink().write(ByteBuffer.allocate(1));
                loop.addReader(pipe.source(), calls::incrementAndGet);
            }
            var turns = new AtomicInteger();
            var before = new AtomicInteger();
            var most = new AtomicInteger();
            loop.callSoon(
                    new Runnable() {
                        @Override
                        public void run() {
                            int now = calls.get();
                            int since = now - before.getAndSet(now);
                            most.accumulateAndGet(since, Math::max);
                            if (turns.incrementAndGet() < 100) loop.callSoon(this);
                            else loop.stop();
                        }
                    });
            loop.runForever();
            assertTrue(calls.get() >= 1000, () -> "calls: " + calls);
            assertTrue(most.get() <= 1000, () -> "the ready queue has them twice: " + most);
            for (var pipe : pipes) loop.removeReader(pipe.source());
            calls.set(0);
            loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(50))));
            assertEquals(0, calls.get());
        }
    }

    @Test
    void aReaderOfAChannelThatTheLoopClosesIsNotCalledAgain() throws Exception {
        try (var loop = new EventLoop()) {
            var pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            var calls = new AtomicInteger();
            loop.addReader(
                    pipe.source(),
                    () -> {
                        calls.incrementAndGet();
                        loop.closeChannel(pipe.source());
                    });
            pipe.sink().write(ByteBuffer.allocate(1));
            loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(20))));
            assertEquals(1, calls.get());
            assertFalse(pipe.source().isOpen());
            assertThrows(
                    ClosedChannelException.class, () -> loop.addReader(pipe.source(), () -> {}));
        }
    }

    @Test
    void aClosedLoopStillClosesAChannel() throws Exception {
        var pipe = Pipe.open();
        var loop = new EventLoop();
        loop.close();
        loop.closeChannel(pipe.source());
        assertFalse(pipe.source().isOpen());
    }

    @Test
    void noCallbackOfAnotherThreadIsOverlookedByALoopAboutToWait() throws Exception {
        try (var loop = new EventLoop()) {
            Thread thread = Thread.ofPlatform().start(loop::runForever);
            for (int i = 0; i < 50_000; i++) {
                var done = new CompletableFuture<Void>();
                loop.callSoonThreadsafe(() -> done.complete(null));
                // If the loop waits now, it waits forever: nothing else wakes it.
                done.get(30, TimeUnit.SECONDS);
            }
            loop.stop();
            thread.join();
        }
    }
}

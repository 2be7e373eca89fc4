//SOURCES ../../lib/aio/AcceptEvent.java ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java
//SOURCES ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.AcceptEvent;
import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Running, stopping, closing and interrupting a loop. */
@Timeout(60)
class LoopLifeTest {
    public static void main(String... args) {
        TestRun.main(LoopLifeTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(5);

    @Test
    void stoppedItCanRunAgainAndWhatWasSuspendedGoesOn() throws Exception {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<String>();
            var task =
                    loop.createTask(
                            "t",
                            () -> {
                                log.add("begin");
                                await(new SleepEvent(Duration.ZERO));
                                loop.stop();
                                loop.stop();
                                await(new SleepEvent(SHORT));
                                log.add("end");
                            });
            loop.runForever();
            assertEquals(List.of("begin"), log);
            assertFalse(loop.isRunning());
            loop.runUntilComplete(task);
            assertEquals(List.of("begin", "end"), log);
        }
    }

    @Test
    void stoppedBeforeItRunsTheRunIsOneTurn() {
        try (var loop = new EventLoop()) {
            var log = new ArrayList<String>();
            loop.callSoon(() -> log.add("ran"));
            loop.stop();
            loop.runForever();
            assertEquals(List.of("ran"), log);
        }
    }

    @Test
    void stoppedByAnotherThread() {
        try (var loop = new EventLoop()) {
            loop.callSoon(() -> Thread.ofPlatform().start(loop::stop));
            loop.runForever();
            assertFalse(loop.isClosed());
        }
    }

    @Test
    void stoppedBeforeTheFutureIsDoneItSaysSo() {
        try (var loop = new EventLoop()) {
            loop.callSoon(loop::stop);
            assertThrows(
                    IllegalStateException.class,
                    () -> loop.runUntilComplete(new Future<String>(loop)));
        }
    }

    @Test
    void itDoesNotRunTwiceAtOnceNorInsideItself() throws Exception {
        try (var loop = new EventLoop();
                var other = new EventLoop()) {
            loop.runUntilComplete(() -> {
                assertThrows(IllegalStateException.class, loop::runForever);
                assertThrows(IllegalStateException.class, other::runForever);
                var refused = new CompletableFuture<Throwable>();
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                loop.runForever();
                                refused.complete(null);
                            } catch (Throwable t) {
                                refused.complete(t);
                            }
                        });
                Throwable t = await(Future.wrap(refused));
                assertEquals(IllegalStateException.class, t.getClass());
                return null;
            });
        }
    }

    @Test
    void itRunsFromAVirtualThreadToo() throws Exception {
        var result = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    try (var loop = new EventLoop()) {
                        result.complete(loop.runUntilComplete(() -> "ok"));
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                });
        assertEquals("ok", result.get());
    }

    @Test
    void closedItRefusesEverythingAndASecondCloseDoesNothing() {
        var loop = new EventLoop();
        try (loop) {
            loop.stop();
        }
        assertTrue(loop.isClosed());
        closeAgain(loop);
        assertThrows(IllegalStateException.class, loop::runForever);
        assertThrows(IllegalStateException.class, () -> loop.callSoon(() -> {}));
        assertThrows(IllegalStateException.class, () -> loop.createTask("t", () -> {}));
        assertThrows(IllegalStateException.class, () -> loop.callLater(SHORT, () -> {}));
        var late = new Future<String>(loop);
        late.addDoneCallback(f -> {});
        late.setResult("harmless");
    }

    private static void closeAgain(EventLoop loop) {
        loop.close();
    }

    @Test
    void closedFromItsOwnCallbackItEndsAfterTheTurn() {
        try (var loop = new EventLoop()) {
            loop.callSoon(() -> closeAgain(loop));
            loop.runForever();
            assertTrue(loop.isClosed());
        }
    }

    @Test
    void closedByAnotherThreadRunForeverReturnsAndCloseHasWaited() throws Exception {
        var loop = new EventLoop();
        var cleaned = new AtomicBoolean();
        var running = new CountDownLatch(1);
        loop.createTask(
                "t",
                () -> {
                    try {
                        running.countDown();
                        await(new SleepEvent(LONG));
                    } finally {
                        await(new SleepEvent(SHORT));
                        cleaned.set(true);
                    }
                });
        Thread runner = Thread.ofPlatform().start(loop::runForever);
        running.await();
        try (loop) {
            assertTrue(loop.isRunning());
        }
        assertTrue(cleaned.get());
        runner.join();
    }

    @Test
    void closingEndsEverySuspendedCoroutineAndItsThread() throws Exception {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var ended = new ArrayList<Integer>();
        try (var loop = new EventLoop()) {
            for (int i = 0; i < 1000; i++) {
                int mine = i;
                loop.createTask(
                        "t" + i,
                        () -> {
                            threads.add(Thread.currentThread());
                            try {
                                if (mine % 2 == 0) {
                                    await(new SleepEvent(LONG));
                                } else {
                                    await(new Future<String>());
                                }
                            } finally {
                                ended.add(mine);
                            }
                        });
            }
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            assertEquals(1000, threads.size());
            assertEquals(1000, loop.tasks().size());
        }
        assertEquals(1000, ended.size());
        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void aTaskThatOutlivesItsCancellationIsClosedInTheEnd() throws Exception {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var log = new ArrayList<String>();
        try (var loop = new EventLoop()) {
            loop.createTask(
                    "stubborn",
                    () -> {
                        threads.add(Thread.currentThread());
                        try {
                            await(new SleepEvent(LONG));
                        } catch (CancelledError e) {
                            try {
                                await(new SleepEvent(LONG));
                            } finally {
                                log.add("closed");
                            }
                        }
                    });
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
        }
        assertEquals(List.of("closed"), log);
        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void closingFreesThePortEvenIfATaskForgotItsChannel() throws Exception {
        SocketAddress address;
        try (var loop = new EventLoop()) {
            var listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
            address = listener.getLocalAddress();
            loop.createTask("forgetful", () -> await(new AcceptEvent(listener)));
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
            assertTrue(listener.isOpen());
        }
        awaitFree(address);
    }

    /** For a moment another test's client may have this port as its own local port. */
    private static void awaitFree(SocketAddress address) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> {
                    try (var again = ServerSocketChannel.open()) {
                        return again.bind(address).isOpen();
                    }
                });
    }

    @Test
    void interruptingTheCallerEndsTheLoopAfterTheFinallyBlocks() throws Exception {
        var loop = new EventLoop();
        var serving = new CountDownLatch(1);
        var log = new ConcurrentLinkedQueue<String>();
        var listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
        SocketAddress address = listener.getLocalAddress();
        loop.createTask(
                "server",
                () -> {
                    try (listener) {
                        serving.countDown();
                        while (true) {
                            await(new AcceptEvent(listener));
                        }
                    } finally {
                        await(new SleepEvent(SHORT));
                        log.add("finally");
                    }
                });
        var flag = new AtomicBoolean();
        Thread caller =
                Thread.ofPlatform()
                        .start(() -> {
                            loop.runForever();
                            flag.set(Thread.currentThread().isInterrupted());
                        });
        serving.await();
        caller.interrupt();
        caller.join();
        assertTrue(flag.get(), "the interrupt status is left set");
        assertEquals(List.of("finally"), List.copyOf(log));
        assertTrue(loop.isClosed());
        assertFalse(listener.isOpen());
        awaitFree(address);
    }

    @Test
    void anInterruptOfABusyLoopLeavesTheFinallyBlocksTheirTime() throws Exception {
        for (int round = 0; round < 20; round++) {
            var loop = new EventLoop();
            var begun = new CountDownLatch(1);
            var cleaned = new AtomicBoolean();
            loop.callSoon(
                    new Runnable() {
                        @Override
                        public void run() {
                            loop.callSoon(this);
                        }
                    });
            loop.createTask(
                    "t",
                    () -> {
                        try {
                            begun.countDown();
                            await(new SleepEvent(LONG));
                        } finally {
                            await(new SleepEvent(SHORT));
                            cleaned.set(true);
                        }
                    });
            Thread caller = Thread.ofPlatform().start(loop::runForever);
            begun.await();
            caller.interrupt();
            caller.join();
            assertTrue(cleaned.get(), "round " + round);
        }
    }

    @Test
    void anInterruptThatACallbackCatchesEndsTheLoopAllTheSame() throws Exception {
        for (int round = 0; round < 50; round++) {
            var loop = new EventLoop();
            var begun = new CountDownLatch(1);
            loop.callSoon(() -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    // caught and dropped
                }
            });
            Thread caller = Thread.ofPlatform().start(loop::runForever);
            begun.await();
            caller.interrupt();
            caller.join();
            assertTrue(loop.isClosed());
        }
    }

    @Test
    void anInterruptAtTheEndOfARunClosesTheLoop() throws Exception {
        for (int round = 0; round < 100; round++) {
            var loop = new EventLoop();
            var caller = new CompletableFuture<Thread>();
            loop.callSoon(() -> {
                loop.stop();
                caller.join().interrupt();
            });
            Thread runner = Thread.ofPlatform().start(loop::runForever);
            caller.complete(runner);
            runner.join();
            assertTrue(loop.isClosed(), "round " + round);
        }
    }

    @Test
    void aFinallyBlockIsNotInterruptedByWhoIsInterruptedWhileClosing() throws Exception {
        var loop = new EventLoop();
        var cleaning = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var log = new ConcurrentLinkedQueue<String>();
        loop.createTask(
                "t",
                () -> {
                    try {
                        await(new SleepEvent(LONG));
                    } finally {
                        cleaning.countDown();
                        interrupted.await();
                        // Blocks the loop for a moment, so that an interrupt would be noticed.
                        new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
                        log.add("cleaned");
                    }
                });
        loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
        Thread closer = Thread.ofPlatform().start(loop::close);
        cleaning.await();
        closer.interrupt();
        interrupted.countDown();
        closer.join();
        assertEquals(List.of("cleaned"), List.copyOf(log));
    }

    @Test
    void aTaskThatCannotBeCancelledKeepsNoOtherFromItsFinallyBlock() throws Exception {
        var log = new ArrayList<String>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> log.add(error.getMessage()));
            var refuses =
                    new Future<String>(loop) {
                        @Override
                        public boolean cancel() {
                            throw new UnsupportedOperationException("as it should");
                        }
                    };
            loop.createTask("a", () -> await(refuses));
            loop.createTask(
                    "b",
                    () -> {
                        try {
                            await(new SleepEvent(LONG));
                        } finally {
                            log.add("finally");
                        }
                    });
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
        }
        assertEquals(List.of("as it should", "finally"), log.subList(0, 2));
    }

    @Test
    void aStoppedLoopWithATimerCanBeCollected() throws Exception {
        var forgotten = new WeakReference<>(new EventLoop());
        var loop = forgotten.get();
        var pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        loop.addReader(pipe.source(), loop::stop);
        pipe = null;
        loop.callLater(LONG, () -> {});
        loop.runUntilComplete(loop.runInExecutor(() -> waitsAMoment()));
        loop = null;
        Awaitility.await()
                .until(() -> {
                    System.gc();
                    return forgotten.get() == null;
                });
    }

    /** Makes the loop wait, with the timer's alarm set. */
    private static Void waitsAMoment() {
        LockSupport.parkNanos(20_000_000);
        return null;
    }

    @Test
    void interruptedRunUntilCompleteThrows() throws Exception {
        var loop = new EventLoop();
        var begun = new CountDownLatch(1);
        var thrown = new CompletableFuture<Throwable>();
        Thread caller =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                loop.runUntilComplete(() -> {
                                    begun.countDown();
                                    return await(new SleepEvent(LONG));
                                });
                                thrown.complete(null);
                            } catch (Throwable t) {
                                thrown.complete(t);
                            }
                        });
        begun.await();
        caller.interrupt();
        assertEquals(InterruptedException.class, thrown.get().getClass());
        caller.join();
        assertTrue(loop.isClosed());
    }

    @Test
    void anInterruptEndsACoroutineThatBlocksTheLoop() throws Exception {
        var loop = new EventLoop();
        loop.setExceptionHandler((message, error) -> {});
        var blocking = new CountDownLatch(1);
        loop.createTask("quick", () -> await(new SleepEvent(Duration.ZERO)));
        loop.createTask(
                "blocker",
                () -> {
                    blocking.countDown();
                    new CountDownLatch(1).await();
                });
        Thread caller = Thread.ofPlatform().start(loop::runForever);
        blocking.await();
        caller.interrupt();
        caller.join();
        assertTrue(loop.isClosed());
    }

    @Test
    void aTaskThatFailsWhileClosingIsReported() throws Exception {
        var reports = new ArrayList<String>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> reports.add(message + ": " + error));
            loop.createTask(
                    "clumsy",
                    () -> {
                        try {
                            await(new SleepEvent(LONG));
                        } catch (CancelledError e) {
                            throw new IOException("in cleanup");
                        }
                    });
            loop.runUntilComplete(() -> await(new SleepEvent(SHORT)));
        }
        assertEquals(1, reports.size());
        assertTrue(reports.get(0).contains("clumsy") && reports.get(0).contains("in cleanup"));
    }
}

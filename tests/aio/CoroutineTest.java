//SOURCES ../../lib/aio/Coroutine.java ../../lib/aio/EventLoop.java ../../lib/aio/Future.java
//SOURCES ../shared/TestRun.java
package tests.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.CancelledError;
import aio.Coroutine;
import aio.EventLoop;
import aio.Future;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

class CoroutineTest {
    public static void main(String... args) {
        TestRun.main(CoroutineTest.class);
    }

    @Test
    void helloWorld() throws Exception {
        var c = new Coroutine<String>(() -> "Hello, " + Coroutine.yield("who is there?"));
        assertEquals("who is there?", c.send(null));
        assertFalse(c.isDone());
        assertNull(c.send("Caro"));
        assertTrue(c.isDone());
        assertEquals("Hello, Caro", c.result());
    }

    @Test
    void yieldsAtAnyDepth() throws Exception {
        var c = new Coroutine<Integer>(() -> depth(100));
        assertEquals("bottom", c.send(null));
        c.send(5);
        assertEquals(105, c.result());
    }

    private static int depth(int n) {
        return n == 0 ? (Integer) Coroutine.yield("bottom") : 1 + depth(n - 1);
    }

    @Test
    void theBodyRunsOnlyBetweenSendAndYield() throws Exception {
        var log = new ArrayList<String>();
        var c =
                new Coroutine<Void>(() -> {
                    for (int i = 0; i < 1000; i++) {
                        log.add("body");
                        Coroutine.yield(i);
                    }
                    return null;
                });
        assertTrue(log.isEmpty());
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, c.send(null));
            log.add("caller");
        }
        for (int i = 0; i < 2000; i++) {
            assertEquals(i % 2 == 0 ? "body" : "caller", log.get(i));
        }
        c.close();
    }

    @Test
    void aFailureIsThrownBySendAndByResult() {
        var error = new IOException("boom");
        var c =
                new Coroutine<Void>(() -> {
                    throw error;
                });
        assertSame(error, assertThrows(IOException.class, () -> c.send(null)));
        assertTrue(c.isDone());
        assertSame(error, assertThrows(IOException.class, c::result));
    }

    @Test
    void anExceptionRaisedAtTheYieldCanBeCaughtAndReplaced() throws Exception {
        var c =
                new Coroutine<Void>(() -> {
                    try {
                        Coroutine.yield(1);
                    } catch (IllegalArgumentException e) {
                        Coroutine.yield("caught " + e.getMessage());
                    }
                    throw new IOException("replaced");
                });
        c.send(null);
        assertEquals("caught boom", c.raise(new IllegalArgumentException("boom")));
        assertThrows(IOException.class, () -> c.send(null));
    }

    @Test
    void raisedBeforeTheFirstSendTheBodyNeverBegins() {
        var begun = new ArrayList<String>();
        var c = new Coroutine<Void>(() -> begun.add("begun") ? null : null);
        assertThrows(IOException.class, () -> c.raise(new IOException("early")));
        assertTrue(c.isDone());
        assertTrue(begun.isEmpty());
    }

    @Test
    void closeRunsFinallyBlocksInnermostFirst() throws Exception {
        var log = new ArrayList<String>();
        var c =
                new Coroutine<Void>(() -> {
                    try {
                        try {
                            Coroutine.yield(1);
                        } finally {
                            log.add("inner");
                        }
                    } finally {
                        log.add("outer");
                    }
                    return null;
                });
        c.send(null);
        c.close();
        assertEquals(List.of("inner", "outer"), log);
        assertTrue(c.isDone());
        assertThrows(CancelledError.class, c::result);
        c.close();
    }

    @Test
    void closeThrowsWhatTheBodyEndsWithInstead() throws Exception {
        var c =
                new Coroutine<Void>(() -> {
                    try {
                        Coroutine.yield(1);
                    } finally {
                        throwIt(new IOException("in finally"));
                    }
                    return null;
                });
        c.send(null);
        assertThrows(IOException.class, c::close);
    }

    private static void throwIt(IOException e) throws IOException {
        throw e;
    }

    @Test
    void aBodyThatIgnoresCloseIsAnError() throws Exception {
        var stop = new AtomicReference<Boolean>(false);
        var c =
                new Coroutine<Void>(() -> {
                    while (!stop.get()) {
                        try {
                            Coroutine.yield(1);
                        } catch (CancelledError ignored) {
                            // what this test is about
                        }
                    }
                    return null;
                });
        c.send(null);
        assertThrows(IllegalStateException.class, c::close);
        stop.set(true);
        c.close();
        assertTrue(c.isDone());
    }

    @Test
    void sendAfterTheEndIsAnError() throws Exception {
        var c = new Coroutine<String>(() -> "done");
        assertThrows(IllegalStateException.class, c::result);
        c.send(null);
        assertThrows(IllegalStateException.class, () -> c.send(null));
    }

    @Test
    void aFirstSendHasNobodyToReceiveItsValue() {
        var c = new Coroutine<String>(() -> "done");
        assertThrows(IllegalArgumentException.class, () -> c.send("x"));
    }

    @Test
    void aCoroutineCannotResumeItself() throws Exception {
        var self = new AtomicReference<Coroutine<Object>>();
        self.set(new Coroutine<>(() -> self.get().send(null)));
        assertThrows(IllegalStateException.class, () -> self.get().send(null));
    }

    @Test
    void yieldAndAwaitOutsideOfACoroutineAreErrors() {
        assertThrows(IllegalStateException.class, () -> Coroutine.yield(1));
        assertThrows(IllegalStateException.class, () -> EventLoop.await(new Future<String>()));
    }

    @Test
    void awaitByHandYieldsTheFuture() throws Exception {
        var future = new Future<String>();
        var c = new Coroutine<String>(() -> "got " + EventLoop.await(future));
        assertSame(future, c.send(null));
        assertSame(future, c.send(null), "it is still pending");
        future.setResult("it");
        c.send(null);
        assertEquals("got it", c.result());
    }

    @Test
    void oneCoroutineMayDriveAnother() throws Exception {
        var inner = new Coroutine<Integer>(() -> (Integer) Coroutine.yield("inner") * 2);
        var outer =
                new Coroutine<Integer>(() -> {
                    Coroutine.yield(inner.send(null));
                    inner.send(21);
                    return inner.result();
                });
        assertEquals("inner", outer.send(null));
        outer.send(null);
        assertEquals(42, outer.result());
    }

    @Test
    void anInterruptOfTheResumerReachesABlockingBody() throws Exception {
        var blocking = new CountDownLatch(1);
        var c =
                new Coroutine<String>(() -> {
                    blocking.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return "not interrupted";
                    } catch (InterruptedException e) {
                        return "interrupted";
                    }
                });
        var stillSet = new AtomicReference<Boolean>();
        Thread resumer =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                c.send(null);
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                            stillSet.set(Thread.currentThread().isInterrupted());
                        });
        blocking.await();
        resumer.interrupt();
        resumer.join();
        assertEquals("interrupted", c.result());
        assertTrue(stillSet.get());
    }

    @Test
    void anInterruptThatFindsItSuspendedDoesNotSpinAndIsForgotten() throws Exception {
        var thread = new AtomicReference<Thread>();
        var c =
                new Coroutine<Boolean>(() -> {
                    thread.set(Thread.currentThread());
                    Thread.currentThread().interrupt();
                    Coroutine.yield(1);
                    return Thread.currentThread().isInterrupted();
                });
        c.send(null);
        thread.get().interrupt();
        Awaitility.await().until(() -> thread.get().getState() == Thread.State.WAITING);
        c.send(null);
        assertFalse(c.result());
    }

    @Test
    void theThreadEndsWithTheCoroutine() throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 1000; i++) {
            var c =
                    new Coroutine<Void>(() -> {
                        threads.add(Thread.currentThread());
                        Coroutine.yield(1);
                        return null;
                    });
            c.send(null);
            c.close();
        }
        assertEquals(1000, threads.size());
        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/reactor/Reactor.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.LoopObservers;
import aio.LoopStep;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.reactor.Reactor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

@Timeout(60)
class LoopObserverTest {
    public static void main(String... args) {
        TestRun.main(LoopObserverTest.class);
    }

    private final List<LoopStep> steps = new ArrayList<>();

    @Test
    void tasksAreToldFromTheirMakingToTheirEnd() throws Exception {
        observe(loop -> {
            var good = loop.createTask("good", () -> await(new SleepEvent(Duration.ofMillis(1))));
            loop.createTask(
                    "bad",
                    () -> {
                        throw new IOException("boom");
                    });
            await(good);
        });
        assertEquals(
                List.of(
                        "made by main",
                        "resumed",
                        "suspended on SleepEvent(PT0.001S)",
                        "resumed",
                        "finished: null"),
                story("good"));
        assertEquals(
                List.of("made by main", "resumed", "finished: java.io.IOException: boom"),
                story("bad"));
        assertEquals("made by null", story("main").getFirst());
        assertTrue(story("main").contains("suspended on Task[good]"));
    }

    @Test
    void aSuspendedTaskStandsOnTheLineOfItsAwait() throws Exception {
        observe(_ -> sleepsHere());
        var suspended =
                steps(LoopStep.TaskSuspended.class)
                        .filter(step -> step.task().name().equals("main"))
                        .findFirst()
                        .orElseThrow();
        StackTraceElement own =
                Stream.of(suspended.stack())
                        .filter(frame -> frame.getClassName().equals(getClass().getName()))
                        .findFirst()
                        .orElseThrow();
        assertEquals("sleepsHere", own.getMethodName());
        assertEquals(lineOfSleep, own.getLineNumber());
    }

    private static int lineOfSleep;

    private static void sleepsHere() throws IOException {
        lineOfSleep = new Throwable().getStackTrace()[0].getLineNumber() + 1;
        await(new SleepEvent(Duration.ofMillis(1)));
    }

    @Test
    void aReadThatWaitsIsToldWithItsChannelAndWhatWokeIt() throws Exception {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var client = SocketChannel.open(listener.getLocalAddress());
                    var conn = listener.accept()) {
                conn.configureBlocking(false);
                observe(loop -> {
                    loop.createTask("reader", () -> await(new ReadEvent(conn)));
                    await(new SleepEvent(Duration.ofMillis(1)));
                    client.write(ByteBuffer.wrap(new byte[1]));
                    await(loop.tasks().getLast());
                });
                var waits = steps(LoopStep.Waits.class).findFirst().orElseThrow();
                assertEquals(conn, waits.channel());
                assertEquals("reader", LoopStep.task(waits.callback()).name());
                var ready = steps(LoopStep.ChannelReady.class).findFirst().orElseThrow();
                assertEquals(conn, ready.channel());
                int at = steps.indexOf(ready);
                assertTrue(steps.get(at + 1) instanceof LoopStep.CallbackBegun);
                assertTrue(
                        steps.get(at + 2) instanceof LoopStep.Ready(Runnable step)
                                && LoopStep.task(step).name().equals("reader"));
            }
        }
    }

    @Test
    void theLoopTellsThatItSleepsAndWhichTimerIsDue() throws Exception {
        observe(_ -> await(new SleepEvent(Duration.ofMillis(20))));
        var timer = steps(LoopStep.TimerSet.class).findFirst().orElseThrow().timer();
        long sleeps = steps(LoopStep.SelectBegun.class).mapToLong(s -> s.nanos()).max().orElse(0);
        assertTrue(sleeps > 1_000_000 && sleeps <= 20_000_000, "slept for " + sleeps + " ns");
        assertTrue(
                steps(LoopStep.Ready.class)
                        .anyMatch(step -> LoopStep.timer(step.callback()) == timer));
        assertEquals(
                steps(LoopStep.SelectBegun.class).count(),
                steps(LoopStep.SelectEnded.class).count());
    }

    @Test
    void theCallbacksOfAFutureAreToldWithTheFuture() throws Exception {
        observe(loop -> {
            var future = loop.runInExecutor(() -> "done");
            await(future);
            assertTrue(
                    steps(LoopStep.CallbackBegun.class)
                            .anyMatch(step -> LoopStep.future(step.callback()) == future));
        });
    }

    @Test
    void anObserverThatFailsIsDroppedAndTheLoopGoesOn() throws Exception {
        List<String> messages = new ArrayList<>();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, _) -> messages.add(message));
            loop.setObserver(_ -> {
                throw new IllegalStateException("cannot watch");
            });
            assertEquals(7, loop.<Integer>runUntilComplete(() -> 7));
        }
        assertEquals(List.of("the loop's observer failed, and is dropped"), messages);
    }

    @Test
    void aLoopThatIsNoLongerObservedTellsNothing() throws Exception {
        observe(loop -> {
            loop.setObserver(null);
            steps.clear();
            await(new SleepEvent(Duration.ofMillis(1)));
        });
        assertEquals(List.of(), steps);
    }

    @Test
    void aReactorTellsWhichChannelItsCallbackRunsFor() throws Exception {
        Thread maker = Thread.currentThread(); // other tests make loops at the same time
        LoopObservers.setForNewLoops(_ -> Thread.currentThread() == maker ? steps::add : null);
        try (var listener = ServerSocketChannel.open();
                var reactor = new Reactor()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.configureBlocking(false);
            reactor.listen(
                    listener,
                    conn -> {
                        conn.close();
                        maker.interrupt(); // ends run
                    });
            try (var _ = SocketChannel.open(listener.getLocalAddress())) {
                reactor.run();
            }
            Thread.interrupted();
            var ready = steps(LoopStep.ChannelReady.class).findFirst().orElseThrow();
            assertEquals(listener, ready.channel());
            int at = steps.indexOf(ready);
            assertTrue(steps.get(at - 1) instanceof LoopStep.SelectBegun);
            assertEquals(new LoopStep.CallbackBegun(ready.callback()), steps.get(at + 1));
            assertEquals(new LoopStep.CallbackEnded(ready.callback()), steps.get(at + 2));
            assertEquals(new LoopStep.SelectEnded(), steps.get(at + 3));
        } finally {
            LoopObservers.setForNewLoops(_ -> null);
        }
    }

    private void observe(Body body) throws Exception {
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((_, _) -> {});
            loop.setObserver(steps::add);
            loop.runUntilComplete(() -> {
                body.run(loop);
                return null;
            });
            loop.setObserver(null);
        }
    }

    private interface Body {
        void run(EventLoop loop) throws Exception;
    }

    private <S extends LoopStep> Stream<S> steps(Class<S> type) {
        return steps.stream().filter(type::isInstance).map(type::cast);
    }

    private List<String> story(String name) {
        return steps.stream()
                .map(step ->
                        switch (step) {
                            case LoopStep.TaskMade(var task, var maker) when is(task, name) ->
                                    "made by " + (maker == null ? null : maker.name());
                            case LoopStep.TaskResumed(var task) when is(task, name) -> "resumed";
                            case LoopStep.TaskSuspended(var task, var on, _) when is(task, name) ->
                                    "suspended on " + on;
                            case LoopStep.TaskFinished(var task, var failure) when is(task, name) ->
                                    "finished: " + failure;
                            default -> "";
                        })
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static boolean is(aio.Task<?> task, String name) {
        return task.name().equals(name);
    }
}

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java ../../lib/aio/SleepEvent.java
package tests.kit;

import static aio.EventLoop.await;

import module java.base;

import aio.EventLoop;
import aio.Future;
import aio.ReadEvent;
import aio.SleepEvent;

/** A process for {@link TasksCommandTest} to look into: its argument says what its loop does. */
final class ManyTasks {
    private static final Duration LONG = Duration.ofHours(1);

    private ManyTasks() {}

    static void main(String... args) throws Exception {
        if (args[0].equals("nothing")) {
            IO.println("ready");
            IO.readln();
            return;
        }
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((_, _) -> {});
            loop.runUntilComplete(
                    loop.createTask(
                            "main",
                            () -> {
                                switch (args[0]) {
                                    case "family" -> family(loop);
                                    case "many" -> many(loop);
                                    case "chain" -> chain(loop, 10_000);
                                    case "blocked" -> blocked(loop);
                                    case "callback" -> loop.callSoon(ManyTasks::spin);
                                    default -> throw new IllegalArgumentException(args[0]);
                                }
                                await(loop.runInExecutor(System.in::read));
                            }));
        }
        IO.println("ended");
    }

    private static void family(EventLoop loop) throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        loop.createTask("reader", () -> await(new ReadEvent(pipe.source())));
        await(loop.createTask("left", () -> loop.createTask("orphan", () -> rest())));
        IO.println("ready");
    }

    private static void rest() throws IOException {
        await(new SleepEvent(LONG));
    }

    private static void many(EventLoop loop) throws Exception {
        var gate = new Future<Void>();
        for (int i = 1; i <= 10_000; i++) loop.createTask("client " + i, () -> await(gate));
        loop.createTask("other", () -> rest());
        await(new SleepEvent(Duration.ZERO));
        IO.println("ready");
    }

    private static void chain(EventLoop loop, int length) throws Exception {
        if (length == 0) {
            IO.println("ready");
            return;
        }
        loop.createTask(
                "link " + length,
                () -> {
                    chain(loop, length - 1);
                    rest();
                });
    }

    private static void blocked(EventLoop loop) throws Exception {
        loop.createTask("patient", () -> rest());
        await(new SleepEvent(Duration.ofMillis(1)));
        IO.println("ready");
        Thread.sleep(LONG);
    }

    private static void spin() {
        IO.println("ready");
        while (!Thread.currentThread().isInterrupted()) Thread.onSpinWait();
    }
}

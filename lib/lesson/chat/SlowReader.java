//SOURCES Chatter.java
package lesson.chat;

import static aio.EventLoop.await;

import static lesson.chat.Chatter.until;

import module java.base;

import aio.EventLoop;
import aio.SleepEvent;
import aio.http.HttpServer;

/**
 * The chat's experiment: Ann, Bob and Sam are in the lobby, and Ann says 1,000 things of 15 kB, as
 * fast as the server takes them. Bob reads, Sam doesn't. When Bob has everything, or Sam's queue is
 * full and Ann waits, Sam begins to read, and Ann says one thing more.
 */
public final class SlowReader {
    private static final int LINES = 1000;

    private SlowReader() {}

    /**
     * Runs the experiment on a new loop and prints what Bob and Sam have.
     *
     * @param queue returns, when Sam has entered, what counts the events that wait for him
     * @param full how many make Ann wait; more than there are if she doesn't wait
     */
    public static void run(HttpServer server, Supplier<IntSupplier> queue, int full)
            throws Exception {
        Chatter.run(
                server,
                port -> {
                    Chatter ann = Chatter.enter(port, "Ann");
                    Chatter bob = Chatter.enter(port, "Bob");
                    Chatter sam = Chatter.enter(port, "Sam");
                    IntSupplier queued = queue.get();
                    ann.read();
                    bob.read();
                    var talk =
                            EventLoop.current()
                                    .createTask(
                                            "Ann's talk",
                                            () -> {
                                                for (int i = 0; i < LINES; i++)
                                                    ann.say("x".repeat(15_000));
                                            });
                    await(new SleepEvent(Duration.ofSeconds(1)));
                    until(() -> bob.heard() == LINES || queued.getAsInt() == full);
                    IO.println(
                            "Bob has %,d; %,d wait in Sam's queue"
                                    .formatted(bob.heard(), queued.getAsInt()));
                    sam.read();
                    await(talk);
                    until(() -> bob.heard() == LINES && (sam.isCut() || queued.getAsInt() == 0));
                    ann.say("bye");
                    until(() ->
                            bob.heard() == LINES + 1
                                    && (sam.isCut() || sam.heard() + sam.missed() == LINES + 1));
                    String end =
                            sam.isCut()
                                    ? "and his connection is broken"
                                    : "and missed %,d".formatted(sam.missed());
                    IO.println(
                            "Bob has %,d; Sam has %,d, %s"
                                    .formatted(bob.heard(), sam.heard(), end));
                });
    }
}

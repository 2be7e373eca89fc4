//SOURCES ../../aio/EventLoop.java ../../aio/Future.java ../../aio/tasks/Queue.java
//SOURCES ../../aio/websocket/WebSocket.java
package lesson.chat;

import static aio.EventLoop.await;

import module java.base;

import aio.EventLoop;
import aio.Future;
import aio.tasks.Queue;
import aio.tasks.QueueShutDown;
import aio.websocket.WebSocket;

/**
 * Somebody in a room, for whom at most 1,000 lines wait; one who is slower is disconnected (the
 * chapter {@code tornado_chat} says why). For the loop of the connection.
 */
public final class Guest {
    private static final int CAPACITY = 1000;

    private final WebSocket socket;
    private final String room;
    private final Future<Boolean> admitted = new Future<>();
    private final Queue<String> outbox = new Queue<>(CAPACITY);

    /** Makes a guest who waits at the door of a room. */
    public Guest(WebSocket socket, String room) {
        this.socket = socket;
        this.room = room;
    }

    /** Returns the room. */
    public String room() {
        return room;
    }

    /** Returns a future of whether the guest may enter; for one await. */
    public Future<Boolean> admitted() {
        return admitted;
    }

    /** Lets the guest in, who gets these lines before all others. */
    public void admit(List<String> first) {
        EventLoop.current().createTask("send", () -> sendAll(first));
        admitted.complete(true);
    }

    /** Doesn't let the guest in. */
    public void refuse() {
        admitted.complete(false);
    }

    /** Has a line sent, and returns at once. */
    public void tell(String line) {
        try {
            if (!outbox.putNowait(line)) EventLoop.current().closeChannel(socket.channel());
        } catch (QueueShutDown e) {
            // The guest has just left.
        }
    }

    private void sendAll(List<String> first) {
        try {
            for (String line : first) socket.send(line);
            while (true) socket.send(await(outbox.get()));
        } catch (IOException | QueueShutDown e) {
            // The connection has ended.
        }
    }

    /** Asks the guest to leave, and returns at once. */
    public void dismiss(int code, String reason) {
        EventLoop.current().createTask("dismiss", () -> socket.close(code, reason));
    }

    /** Sends nothing more to a guest who has left. */
    public void left() {
        outbox.shutdown();
        admitted.complete(false);
    }
}

//SOURCES ../../aio/SleepEvent.java ../../aio/http/HttpServer.java
//SOURCES ../../aio/websocket/Handshake.java
package lesson.chat;

import static aio.EventLoop.await;

import module java.base;

import aio.EventLoop;
import aio.SleepEvent;
import aio.http.Headers;
import aio.http.HttpClient;
import aio.http.HttpServer;
import aio.websocket.Handshake;
import aio.websocket.WebSocket;

/**
 * A client of the chat for its experiments. It reads when it is told to, so it can be a slow one.
 * For tasks of the loop on which it entered.
 */
public final class Chatter {
    private static final HttpClient CLIENT = new HttpClient(Duration.ofSeconds(10));

    private final WebSocket socket;
    private int heard;
    private int missed;
    private boolean isCut;

    /** What an experiment does with a server. */
    @FunctionalInterface
    public interface Experiment {
        /** Runs the experiment to its end; the port is the server's. */
        void run(int port) throws Exception;
    }

    private Chatter(WebSocket socket) {
        this.socket = socket;
    }

    /** Starts a server and runs an experiment, both on one new loop; returns when both ended. */
    public static void run(HttpServer server, Experiment experiment) throws Exception {
        try (var listener = ServerSocketChannel.open();
                var loop = new EventLoop()) {
            listener.configureBlocking(false);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = listener.socket().getLocalPort();
            loop.createTask("http server", () -> server.serve(listener));
            loop.runUntilComplete(loop.createTask("experiment", () -> experiment.run(port)));
        }
    }

    /** Waits until a condition holds; the loop's other tasks run meanwhile. */
    public static void until(BooleanSupplier condition) throws IOException {
        while (!condition.getAsBoolean()) await(new SleepEvent(Duration.ofMillis(1)));
    }

    /** Enters the lobby; returns when the room has announced it. */
    public static Chatter enter(int port, String name) throws IOException, TimeoutException {
        var uri = URI.create("ws://localhost:" + port + "/chat/lobby?name=" + name);
        var chatter =
                new Chatter(
                        Handshake.connect(CLIENT, uri, new Headers(), WebSocket.Limits.DEFAULT));
        while (!("joined\t" + name).equals(chatter.socket.receive())) {}
        return chatter;
    }

    /** Says something; waits while the server takes no more. */
    public void say(String text) throws IOException {
        socket.send("say\t" + text);
    }

    /** Reads from now on, in a task of its own. */
    public void read() {
        EventLoop.current().createTask("reader", this::readAll);
    }

    private void readAll() {
        try (var _ = socket.channel()) {
            for (Object event; (event = socket.receive()) != null; ) {
                String[] words = event.toString().split("\t", 3);
                if (words[0].equals("said")) heard++;
                if (words[0].equals("missed")) missed += Integer.parseInt(words[1]);
            }
        } catch (IOException e) {
            isCut = true;
        }
    }

    /** Returns how many lines it has heard. */
    public int heard() {
        return heard;
    }

    /** Returns how many lines the server says it has missed. */
    public int missed() {
        return missed;
    }

    /** Returns whether the connection has ended without a close frame. */
    public boolean isCut() {
        return isCut;
    }
}

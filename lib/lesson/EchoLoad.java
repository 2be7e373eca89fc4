//SOURCES ../linux/Epoll.java ../linux/SocketCalls.java ../script/LinuxSockets.java
//SOURCES ../script/ScriptException.java ../script/Sockets.java
package lesson;

import module java.base;

import linux.Epoll;
import linux.SocketCalls;

import script.LinuxSockets;
import script.ScriptException;
import script.Sockets;

/**
 * Measures a server with a single connection that sends every byte back, and waits for each one
 * with epoll or with a {@code Selector}. The client is a blocking socket on the calling thread. It
 * sends one byte, waits for the echo, and sends the next.
 */
public final class EchoLoad {
    private static final int MESSAGES = 20_000;

    private EchoLoad() {}

    /**
     * Runs a server and its client; prints what a message costs, client included.
     *
     * @param server how it waits: {@code epoll}, on a platform thread, or with a {@code Selector}
     *     on a thread of the kind {@code platform} or {@code virtual}
     * @throws ScriptException if there is no such server, and where this isn't Linux
     */
    public static void run(String server) throws Exception {
        switch (server) {
            case "epoll" -> onDescriptor(server);
            case "platform" -> onChannel(server, Thread.ofPlatform());
            case "virtual" -> onChannel(server, Thread.ofVirtual());
            default ->
                    throw new ScriptException(
                            "the echo waits with epoll, platform or virtual, not '" + server + "'");
        }
    }

    private static void onDescriptor(String name) throws Exception {
        int listener = LinuxSockets.listen("localhost", 0);
        try (var client = new Socket("localhost", LinuxSockets.port(listener))) {
            int flags = SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
            int conn = SocketCalls.accept4(listener, flags);
            try {
                run(name, client, Thread.ofPlatform(), () -> echo(conn));
            } finally {
                SocketCalls.close(conn);
            }
        } finally {
            SocketCalls.close(listener);
        }
    }

    private static Void echo(int conn) throws IOException {
        var buffer = Arena.ofAuto().allocate(1);
        try (var epoll = new Epoll(1)) {
            epoll.add(conn, Epoll.EPOLLIN);
            while (true) {
                epoll.await(-1);
                if (SocketCalls.recv(conn, buffer) == 0) return null;
                SocketCalls.send(conn, buffer);
            }
        }
    }

    private static void onChannel(String name, Thread.Builder thread) throws Exception {
        try (var listener = Sockets.listen("localhost", 0);
                var client = new Socket("localhost", listener.socket().getLocalPort());
                SocketChannel conn = listener.accept()) {
            conn.configureBlocking(false);
            run(name, client, thread, () -> echo(conn));
        }
    }

    private static Void echo(SocketChannel conn) throws IOException {
        var buffer = ByteBuffer.allocateDirect(1);
        try (var selector = Selector.open()) {
            conn.register(selector, SelectionKey.OP_READ);
            while (true) {
                selector.select(_ -> {});
                if (conn.read(buffer.clear()) < 0) return null;
                conn.write(buffer.flip());
            }
        }
    }

    private static void run(
            String name, Socket client, Thread.Builder thread, Callable<Void> server)
            throws Exception {
        var task = new FutureTask<>(server);
        thread.start(task);
        Duration before = cpu();
        for (int i = 0; i < MESSAGES; i++) {
            client.getOutputStream().write('x');
            client.getInputStream().read();
        }
        double each = cpu().minus(before).toNanos() / 1e3 / MESSAGES;
        client.shutdownOutput();
        task.get();
        IO.println("%s: %,d messages, %.0f us of CPU each".formatted(name, MESSAGES, each));
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}

//SOURCES ../linux/SocketCalls.java ../script/LinuxSockets.java ../script/Sockets.java
package lesson;

import module java.base;

import linux.SocketCalls;

import script.LinuxSockets;
import script.Sockets;

/**
 * Measures a server with a single connection that sends every byte back. The client is a blocking
 * socket on the calling thread. It sends one byte, waits for the echo, and sends the next.
 */
public final class EchoLoad {
    private static final int MESSAGES = 20_000;

    /** The server of a descriptor in non-blocking mode. */
    @FunctionalInterface
    public interface Descriptor {
        /** Sends everything back until the end of the stream. */
        void echo(int conn) throws IOException;
    }

    /** The server of a channel in non-blocking mode. */
    @FunctionalInterface
    public interface Channel {
        /** Sends everything back until the end of the stream. */
        void echo(SocketChannel conn) throws IOException;
    }

    private EchoLoad() {}

    /** Runs a server on a platform thread; prints what a message costs, client included. */
    public static void onDescriptor(String name, Descriptor server) throws Exception {
        int listener = LinuxSockets.listen("localhost", 0);
        try (var client = new Socket("localhost", LinuxSockets.port(listener))) {
            int flags = SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
            int conn = SocketCalls.accept4(listener, flags);
            try {
                run(
                        name,
                        client,
                        Thread.ofPlatform(),
                        () -> {
                            server.echo(conn);
                            return null;
                        });
            } finally {
                SocketCalls.close(conn);
            }
        } finally {
            SocketCalls.close(listener);
        }
    }

    /** Runs a server on such a thread; prints what a message costs, client included. */
    public static void onChannel(String name, Thread.Builder thread, Channel server)
            throws Exception {
        try (var listener = Sockets.listen("localhost", 0);
                var client = new Socket("localhost", listener.socket().getLocalPort());
                SocketChannel conn = listener.accept()) {
            conn.configureBlocking(false);
            run(
                    name,
                    client,
                    thread,
                    () -> {
                        server.echo(conn);
                        return null;
                    });
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

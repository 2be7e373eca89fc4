//SOURCES ../../lib/aio/AcceptEvent.java ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/WriteEvent.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import aio.AcceptEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;

import com.sun.management.UnixOperatingSystemMXBean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections at once, opened by another process, so that each has its own descriptors. */
@Tag(TestRun.LONG)
@Timeout(180)
class LoopLoadTest {
    public static void main(String... args) {
        TestRun.main(LoopLoadTest.class);
    }

    private static final int CONNECTIONS = 10_000;

    @Test
    void tenThousandOpenConnectionsAreAllServedAndAllTheirThreadsEnd() throws Exception {
        long limit =
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                        ? os.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE;
        assumeTrue(
                limit >= CONNECTIONS + 500,
                () -> "needs 10,500 file descriptors, the limit is " + limit + ": see ulimit -n");
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        var threads = new ConcurrentLinkedQueue<Thread>();
        try (var loop = new EventLoop();
                var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            listener.configureBlocking(false);
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            loop.createTask(
                    "server",
                    () -> {
                        while (true) {
                            SocketChannel connection = await(new AcceptEvent(listener));
                            most.accumulateAndGet(open.incrementAndGet(), Math::max);
                            loop.createTask("echo", () -> echo(connection, open, threads));
                        }
                    });
            Process clients = startClients(port);
            var exit = clients.onExit();
            try {
                int status = loop.runUntilComplete(aio.Future.wrap(exit)).exitValue();
                assertEquals(0, status, () -> output(clients));
            } finally {
                clients.destroyForcibly();
            }
            assertEquals(CONNECTIONS, most.get());
        }
        assertEquals(0, open.get());
        assertEquals(CONNECTIONS, threads.size());
        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    private static Void echo(
            SocketChannel connection, AtomicInteger open, ConcurrentLinkedQueue<Thread> threads)
            throws IOException {
        threads.add(Thread.currentThread());
        try (connection) {
            byte[] data;
            while ((data = await(new ReadEvent(connection))).length > 0) {
                await(new WriteEvent(connection, ByteBuffer.wrap(data)));
            }
        } finally {
            open.decrementAndGet();
        }
        return null;
    }

    private static Process startClients(int port) throws IOException {
        return ScriptProcess.java(Clients.class, "" + port).redirectErrorStream(true).start();
    }

    private static String output(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Opens all connections, then uses each of them twice while all are open. */
    static final class Clients {
        private Clients() {}

        /** Ends with status 0 if every byte came back. */
        public static void main(String[] args) throws Exception {
            int port = Integer.parseInt(args[0]);
            var sockets = new ArrayList<Socket>();
            Callable<Socket> connect = () -> new Socket(InetAddress.getLoopbackAddress(), port);
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(connect.call());
            }
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    sockets.get(i).getOutputStream().write(i % 256);
                }
                for (int i = 0; i < CONNECTIONS; i++) {
                    if (sockets.get(i).getInputStream().read() != i % 256) {
                        throw new IllegalStateException("no echo on connection " + i);
                    }
                }
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}

//SOURCES ../../lib/aio/reactor/Reactor.java ../../lib/script/Sockets.java ../shared/TestRun.java
package tests.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aio.reactor.Reactor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import script.Sockets;

import tests.shared.TestRun;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The loop of callbacks. */
@Timeout(60)
class ReactorTest {
    public static void main(String... args) {
        TestRun.main(ReactorTest.class);
    }

    @Test
    void aCallbackThatFailsClosesItsChannelAndEndsNothingElse() throws Exception {
        try (var listener = Sockets.listen("localhost", 0)) {
            int port = listener.socket().getLocalPort();
            var server =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var reactor = new Reactor()) {
                                    reactor.listen(listener, conn -> echo(reactor, conn));
                                    reactor.run();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            try (var client = new Socket("localhost", port)) {
                assertEquals('a', ask(client, 'a'));
                for (char failure : "!?".toCharArray()) {
                    try (var victim = new Socket("localhost", port)) {
                        assertEquals(-1, ask(victim, failure), "its connection is closed");
                    }
                    assertEquals('b', ask(client, 'b'), "the others go on");
                }
            }
            server.interrupt();
            server.join();
        }
    }

    private static int ask(Socket socket, char c) throws IOException {
        socket.getOutputStream().write(c);
        return socket.getInputStream().read();
    }

    /** Echoes a byte; throws an exception at an exclamation mark, an error at a question mark. */
    private static void echo(Reactor reactor, SocketChannel conn) throws IOException {
        var buffer = ByteBuffer.allocate(1);
        reactor.register(
                conn,
                SelectionKey.OP_READ,
                key -> {
                    if (conn.read(buffer.clear()) < 0) conn.close();
                    else if (buffer.get(0) == '!') throw new IllegalStateException("as it should");
                    else if (buffer.get(0) == '?') throw new StackOverflowError("as it should");
                    else conn.write(buffer.flip());
                });
    }
}

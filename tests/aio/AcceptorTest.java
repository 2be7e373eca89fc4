//SOURCES ../shared/TestRun.java ../../lib/aio/Acceptor.java ../../lib/script/Sockets.java
package tests.aio;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.Acceptor;

import org.junit.jupiter.api.Test;

import script.Sockets;

import tests.shared.TestRun;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The acceptor's pause, on a listener that fails as if the process were out of descriptors. */
class AcceptorTest {
    public static void main(String... args) {
        TestRun.main(AcceptorTest.class);
    }

    private final List<String> reports = new ArrayList<>();

    @Test
    void asksOnceAndThenPausesWhenAcceptFails() throws IOException {
        try (var listener = new Exhausted()) {
            var acceptor = new Acceptor(listener, reports::add);
            for (int i = 0; i < 1000; i++) assertNull(acceptor.accept());
            assertTrue(listener.asked < 20, "asked " + listener.asked + " times: it spins");
            assertTrue(acceptor.pauseMillis() <= 100);
            assertEquals(
                    List.of("cannot accept (Too many open files): pausing until a client leaves"),
                    reports);
        }
    }

    @Test
    void acceptsAgainAfterThePause() throws IOException {
        try (var listener = new Exhausted()) {
            var acceptor = new Acceptor(listener, reports::add);
            assertNull(acceptor.accept());
            listener.exhausted = false;
            await().until(() -> acceptor.pauseMillis() == 0);
            assertNull(acceptor.accept());
            assertEquals(2, listener.asked);
        }
    }

    @Test
    void acceptsWhoWaitsAndReturnsNullForNobody() throws IOException {
        try (var listener = Sockets.listen("localhost", 0)) {
            var acceptor = new Acceptor(listener, reports::add);
            assertNull(acceptor.accept());
            try (var _ = new Socket("localhost", listener.socket().getLocalPort());
                    var conn = acceptor.accept()) {
                assertNotNull(conn);
            }
        }
    }

    /** A listener whose accept fails as if the process were out of file descriptors; it counts. */
    private static final class Exhausted extends ServerSocketChannel {
        int asked;
        boolean exhausted = true;

        Exhausted() {
            super(java.nio.channels.spi.SelectorProvider.provider());
        }

        @Override
        public SocketChannel accept() throws IOException {
            asked++;
            if (exhausted) throw new IOException("Too many open files");
            return null;
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            return null;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}

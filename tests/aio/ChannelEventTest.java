//SOURCES ../../lib/aio/AcceptEvent.java ../../lib/aio/ConnectEvent.java
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/ReadIntoEvent.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/WriteEvent.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.AcceptEvent;
import aio.ChannelEvent;
import aio.ConnectEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.ReadIntoEvent;
import aio.SleepEvent;
import aio.WriteEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

@Timeout(60)
class ChannelEventTest {
    public static void main(String... args) {
        TestRun.main(ChannelEventTest.class);
    }

    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(5);

    private EventLoop loop;
    private ServerSocketChannel listener;

    @BeforeEach
    void open() throws IOException {
        loop = new EventLoop();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
        listener.close();
    }

    /** A connection whose ends are both non-blocking and on the loop: the accepted one is first. */
    private SocketChannel[] pair() throws IOException {
        var client = SocketChannel.open();
        client.configureBlocking(false);
        var connecting =
                loop.createTask(
                        "connect",
                        () -> await(new ConnectEvent(client, listener.getLocalAddress())));
        return new SocketChannel[] {await(new AcceptEvent(listener)), awaitQuietly(connecting)};
    }

    private static SocketChannel awaitQuietly(aio.Future<SocketChannel> future) throws IOException {
        try {
            return await(future);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void anEchoServerAndItsClientOnOneLoop() throws Exception {
        loop.createTask(
                "server",
                () -> {
                    while (true) {
                        SocketChannel connection = await(new AcceptEvent(listener));
                        loop.createTask("echo", () -> echo(connection));
                    }
                });
        var clients = new ArrayList<aio.Task<String>>();
        for (int i = 0; i < 50; i++) {
            String message = "message " + i;
            clients.add(loop.createTask("client", () -> ask(message)));
        }
        List<String> answers = loop.runUntilComplete(loop.gather(clients));
        for (int i = 0; i < 50; i++) {
            assertEquals("message " + i, answers.get(i));
        }
    }

    private static void echo(SocketChannel connection) throws IOException {
        try (connection) {
            byte[] data;
            while ((data = await(new ReadEvent(connection))).length > 0) {
                await(new WriteEvent(connection, ByteBuffer.wrap(data)));
            }
        }
    }

    private String ask(String message) throws IOException {
        try (var connection = SocketChannel.open()) {
            connection.configureBlocking(false);
            await(new ConnectEvent(connection, listener.getLocalAddress()));
            assertEquals(message.length(), await(new WriteEvent(connection, bytes(message))));
            connection.shutdownOutput();
            var answer = new StringBuilder();
            byte[] data;
            while ((data = await(new ReadEvent(connection))).length > 0) {
                answer.append(text(data));
            }
            return answer.toString();
        }
    }

    @Test
    void everyMessageOfAConnectionArrivesNotOnlyTheFirst() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            for (int i = 0; i < 1000; i++) {
                await(new WriteEvent(ends[1], bytes("message " + i)));
                assertEquals("message " + i, text(await(new ReadEvent(ends[0]))));
            }
            return null;
        });
    }

    @Test
    void whatIsReadyIsReadWithoutATurnOfTheLoop() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            await(new WriteEvent(ends[1], bytes("first")));
            assertEquals("first", text(await(new ReadEvent(ends[0]))));
            var fresh = pair();
            await(new WriteEvent(fresh[1], bytes("ready")));
            var turned = new boolean[1];
            loop.callSoon(() -> turned[0] = true);
            assertEquals("ready", text(await(new ReadEvent(fresh[0]))));
            assertFalse(turned[0]);
            return null;
        });
    }

    @Test
    void aLimitedReadLeavesTheRestForTheNext() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            await(new WriteEvent(ends[1], bytes("0123456789")));
            assertEquals("0123", text(await(new ReadEvent(ends[0], 4))));
            assertEquals("4567", text(await(new ReadEvent(ends[0], 4))));
            assertEquals("89", text(await(new ReadEvent(ends[0], 4))));
            ends[1].close();
            assertArrayEquals(new byte[0], await(new ReadEvent(ends[0], 4)));
            assertArrayEquals(new byte[0], await(new ReadEvent(ends[0], 4)));
            return null;
        });
    }

    @Test
    void aReadIntoABufferGoesAfterWhatIsThereAndEndsWithMinusOne() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            var buffer = ByteBuffer.allocate(8).put((byte) 'x');
            await(new WriteEvent(ends[1], bytes("abc")));
            assertEquals(3, await(new ReadIntoEvent(ends[0], buffer)));
            assertEquals(4, buffer.position());
            await(new WriteEvent(ends[1], bytes("defghi")));
            ends[1].close();
            assertEquals(4, await(new ReadIntoEvent(ends[0], buffer)));
            var full = new ReadIntoEvent(ends[0], buffer);
            assertThrows(IllegalStateException.class, () -> await(full));
            buffer.clear();
            assertEquals(2, await(new ReadIntoEvent(ends[0], buffer)));
            assertEquals(-1, await(new ReadIntoEvent(ends[0], buffer)));
            return null;
        });
    }

    @Test
    void aSlowReaderHoldsItsWriterBackAndNobodyElse() throws Exception {
        int size = 20_000_000;
        loop.runUntilComplete(() -> {
            SocketChannel[] slow = pair();
            SocketChannel[] quick = pair();
            var big = ByteBuffer.allocate(size);
            for (int i = 0; i < size; i++) {
                big.put(i, (byte) (i % 251));
            }
            var writer = loop.createTask("w", () -> await(new WriteEvent(slow[0], big)));
            for (int i = 0; i < 100; i++) {
                await(new WriteEvent(quick[1], bytes("ping")));
                assertEquals("ping", text(await(new ReadEvent(quick[0]))));
            }
            assertFalse(writer.isDone());
            assertTrue(big.hasRemaining(), "the kernel cannot have taken it all");
            int read = 0;
            while (read < size) {
                byte[] data = await(new ReadEvent(slow[1]));
                for (byte b : data) {
                    assertEquals((byte) (read++ % 251), b);
                }
            }
            assertEquals(size, await(writer));
            return null;
        });
    }

    @Test
    void aPeerThatHalfClosesStillGetsItsAnswer() throws Exception {
        loop.createTask(
                "server",
                () -> {
                    SocketChannel connection = await(new AcceptEvent(listener));
                    try (connection) {
                        var request = new StringBuilder();
                        byte[] data;
                        while ((data = await(new ReadEvent(connection))).length > 0) {
                            request.append(text(data));
                        }
                        await(new WriteEvent(connection, bytes("answer to " + request)));
                    }
                });
        assertEquals("answer to it", loop.runUntilComplete(() -> ask("it")));
    }

    @Test
    void aResetFailsOnlyTheTaskThatReads() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            SocketChannel[] others = pair();
            var reader = loop.createTask("r", () -> await(new ReadEvent(ends[0])));
            await(new SleepEvent(SHORT));
            ends[1].setOption(StandardSocketOptions.SO_LINGER, 0);
            ends[1].close();
            assertThrows(IOException.class, () -> await(reader));
            await(new WriteEvent(others[1], bytes("alive")));
            assertEquals("alive", text(await(new ReadEvent(others[0]))));
            return null;
        });
    }

    @Test
    void writingToAPeerThatHasGoneFails() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            ends[1].close();
            var endless = ByteBuffer.allocate(50_000_000);
            assertThrows(IOException.class, () -> await(new WriteEvent(ends[0], endless)));
            return null;
        });
    }

    @Test
    void aConnectionThatIsRefusedFails() throws Exception {
        SocketAddress nobody = listener.getLocalAddress();
        listener.close();
        try (var client = SocketChannel.open()) {
            client.configureBlocking(false);
            assertThrows(
                    ConnectException.class,
                    () -> loop.runUntilComplete(() -> await(new ConnectEvent(client, nobody))));
            assertFalse(client.isOpen());
        }
    }

    @Test
    void aSecondReaderOfAChannelIsAClearErrorAndTheFirstGoesOn() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            var first = loop.createTask("first", () -> await(new ReadEvent(ends[0])));
            await(new SleepEvent(SHORT));
            var refused =
                    assertThrows(IllegalStateException.class, () -> await(new ReadEvent(ends[0])));
            assertTrue(refused.getMessage().contains("first"), refused.getMessage());
            await(new WriteEvent(ends[0], bytes("writing is another matter")));
            await(new WriteEvent(ends[1], bytes("for the first")));
            assertEquals("for the first", text(await(first)));
            return null;
        });
    }

    @Test
    void aChannelClosedByAnotherTaskFailsItsWaiter() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            for (int i = 0; i < 200; i++) {
                loop.createTask("bystander", () -> await(new SleepEvent(LONG)));
            }
            var reader = loop.createTask("r", () -> await(new ReadEvent(ends[0])));
            var acceptor = loop.createTask("a", () -> await(new AcceptEvent(listener)));
            await(new SleepEvent(SHORT));
            loop.closeChannel(ends[0]);
            loop.closeChannel(listener);
            assertThrows(ClosedChannelException.class, () -> waitFor(reader, LONG));
            assertThrows(ClosedChannelException.class, () -> waitFor(acceptor, LONG));
            return null;
        });
    }

    @Test
    void aChannelClosedOnTheLoopFailsItsWaiterBeforeTheLoopWaitsAgain() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            var reader = loop.createTask("r", () -> await(new ReadEvent(ends[0])));
            await(new SleepEvent(SHORT));
            loop.closeChannel(ends[0]);
            // On a slow machine too: without waiting, the loop would call the reader first.
            var timer = loop.createTask("timer", () -> await(new SleepEvent(HALF_A_SECOND)));
            assertThrows(ClosedChannelException.class, () -> await(reader));
            assertFalse(timer.isDone());
            return null;
        });
    }

    @Test
    void soDoesOneThatIsClosedByATaskWhoseOwnChannelWasClosed() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] first = pair();
            SocketChannel[] second = pair();
            var reader = loop.createTask("r", () -> await(new ReadEvent(second[0])));
            loop.createTask(
                    "closer",
                    () -> {
                        try {
                            await(new ReadEvent(first[0]));
                        } catch (ClosedChannelException e) {
                            loop.closeChannel(second[0]);
                        }
                    });
            await(new SleepEvent(SHORT));
            loop.closeChannel(first[0]);
            var timer = loop.createTask("timer", () -> await(new SleepEvent(HALF_A_SECOND)));
            assertThrows(ClosedChannelException.class, () -> await(reader));
            assertFalse(timer.isDone());
            return null;
        });
    }

    @Test
    void aChannelClosedByAnotherThreadWhileTheLoopSelectsFailsItsWaiter() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            var reader = loop.createTask("r", () -> await(new ReadEvent(ends[0])));
            await(new SleepEvent(SHORT));
            Thread.ofPlatform()
                    .start(() -> loop.callSoonThreadsafe(() -> loop.closeChannel(ends[0])));
            return assertThrows(ClosedChannelException.class, () -> await(reader));
        });
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAlreadyClosedChannelFailsAtOnce() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            await(new WriteEvent(ends[1], bytes("x")));
            await(new ReadEvent(ends[0]));
            ends[0].close();
            assertThrows(ClosedChannelException.class, () -> await(new ReadEvent(ends[0])));
            return assertThrows(
                    ClosedChannelException.class, () -> await(new WriteEvent(ends[0], bytes("y"))));
        });
    }

    @Test
    void readyTogetherTheFirstClosesTheSecondWhoseDescriptorIsReusedAtOnce() throws Exception {
        loop.setExceptionHandler((message, error) -> {});
        loop.runUntilComplete(() -> {
            for (int round = 0; round < 100; round++) {
                SocketChannel[] a = pair();
                SocketChannel[] b = pair();
                var fresh = new ArrayList<aio.Task<byte[]>>();
                var freshEnds = new ArrayList<SocketChannel>();
                var first =
                        loop.createTask(
                                "a",
                                () -> {
                                    await(new ReadEvent(a[0]));
                                    loop.closeChannel(b[0]);
                                    SocketChannel[] c = pair();
                                    freshEnds.addAll(List.of(c));
                                    fresh.add(
                                            loop.createTask("c", () -> await(new ReadEvent(c[0]))));
                                });
                var second = loop.createTask("b", () -> await(new ReadEvent(b[0])));
                await(new SleepEvent(Duration.ofMillis(1)));
                a[1].write(bytes("to a"));
                b[1].write(bytes("to b"));
                await(first);
                assertThrows(ClosedChannelException.class, () -> await(second));
                await(new SleepEvent(Duration.ofMillis(1)));
                assertFalse(fresh.get(0).isDone(), "a stale event woke the new reader");
                freshEnds.get(1).write(bytes("to c"));
                assertEquals("to c", text(await(fresh.get(0))));
                for (SocketChannel channel : List.of(a[0], a[1], b[1])) {
                    channel.close();
                }
                freshEnds.forEach(ChannelEventTest::closeQuietly);
            }
            return null;
        });
    }

    @Test
    void dataThatComesWhileNobodyReadsIsThereLater() throws Exception {
        loop.runUntilComplete(() -> {
            SocketChannel[] ends = pair();
            assertThrows(TimeoutException.class, () -> waitFor(new ReadEvent(ends[0]), SHORT));
            for (int i = 0; i < 20; i++) {
                await(new WriteEvent(ends[1], bytes("one")));
                await(new SleepEvent(Duration.ofMillis(1)));
                assertEquals("one", text(await(new ReadEvent(ends[0]))));
            }
            return null;
        });
    }

    @Test
    void aBlockingChannelCannotBeWaitedFor() throws Exception {
        try (var client = SocketChannel.open(listener.getLocalAddress());
                var socket = new Socket()) {
            assertNotNull(socket);
            client.configureBlocking(true);
            var never =
                    new ChannelEvent<Boolean>(client, SelectionKey.OP_READ) {
                        @Override
                        protected Boolean poll() {
                            return null;
                        }
                    };
            assertThrows(
                    java.nio.channels.IllegalBlockingModeException.class,
                    () -> loop.runUntilComplete(() -> await(never)));
        }
    }

    @Test
    void aChannelEventOfTheUsersOwnReceivesDatagrams() throws Exception {
        try (var a = DatagramChannel.open();
                var b = DatagramChannel.open()) {
            a.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
            b.bind(new InetSocketAddress("127.0.0.1", 0));
            var buffer = ByteBuffer.allocate(100);
            var receive =
                    new ChannelEvent<SocketAddress>(a, SelectionKey.OP_READ) {
                        @Override
                        protected SocketAddress poll() throws IOException {
                            return a.receive(buffer);
                        }
                    };
            var from = loop.createTask("receiver", () -> await(receive));
            loop.callLater(
                    SHORT,
                    () -> {
                        try {
                            b.send(bytes("hello"), a.getLocalAddress());
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            assertEquals(b.getLocalAddress(), loop.runUntilComplete(from));
            assertEquals(5, buffer.position());
        }
    }
}

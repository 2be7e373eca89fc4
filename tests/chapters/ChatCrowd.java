package tests.chapters;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Thousands of clients of the chat on one thread, with as little work for each as possible. They
 * count what is said, and measure how long it was on its way.
 */
final class ChatCrowd implements AutoCloseable {
    private static final byte[] PONG = {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0};

    private final Selector selector = Selector.open();
    private final int port;
    private int size;
    private int joined;
    private long[] latencies = new long[1 << 16];
    private int heard;

    ChatCrowd(int port) throws IOException {
        this.port = port;
    }

    /** Returns how many lines all of them have heard together. */
    int heard() {
        return heard;
    }

    /** Returns how many milliseconds this part of the lines was on its way at most. */
    long latency(double part) {
        long[] sorted = Arrays.copyOf(latencies, heard);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(heard - 1, heard * part)] / 1_000_000;
    }

    /** Connects so many clients, each when the one before is in the room. */
    SocketChannel connect(int count) throws IOException {
        SocketChannel first = null;
        for (int i = 0; i < count; i++) {
            var channel =
                    SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            if (first == null) first = channel;
            String request =
                    "GET /chat/lobby?name=p"
                            + size++
                            + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(2048));
            while (joined < size) turn(100);
        }
        return first;
    }

    /** Lets this client say the time. */
    static void sayTime(SocketChannel channel) throws IOException {
        byte[] text = "say\t%019d".formatted(System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
        var frame = ByteBuffer.allocate(6 + text.length);
        frame.put((byte) 0x81).put((byte) (0x80 | text.length)).putInt(0).put(text).flip();
        channel.write(frame);
    }

    /** Reads what has arrived, and waits for it at most so long. */
    void turn(long millis) throws IOException {
        if (millis > 0) selector.select(this::read, millis);
        else selector.selectNow(this::read);
    }

    private void read(SelectionKey key) {
        var input = (ByteBuffer) key.attachment();
        var channel = (SocketChannel) key.channel();
        try {
            if (channel.read(input) < 0) throw new IOException("the server has closed");
            input.flip();
            if (input.hasRemaining() && input.get(input.position()) == 'H') skipHead(input);
            while (frame(input, channel)) {}
            input.compact();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void skipHead(ByteBuffer input) {
        for (int i = input.position(); i + 3 < input.limit(); i++) {
            if (input.getInt(i) != 0x0d0a0d0a) continue;
            input.position(i + 4);
            return;
        }
    }

    private boolean frame(ByteBuffer input, SocketChannel channel) throws IOException {
        int start = input.position();
        if (input.remaining() < 2 || input.get(start) == 'H') return false;
        int length = input.get(start + 1);
        int head = length == 126 ? 4 : 2;
        if (length == 126 && input.remaining() >= 4) length = input.getShort(start + 2);
        if (input.remaining() < head + length) return false;
        input.position(start + head + length);
        if ((input.get(start) & 0x0f) == 9) channel.write(ByteBuffer.wrap(PONG));
        else text(new String(input.array(), start + head, length, StandardCharsets.US_ASCII));
        return true;
    }

    private void text(String event) {
        if (event.startsWith("people\t")) joined++;
        if (!event.startsWith("said\t")) return;
        if (heard == latencies.length) latencies = Arrays.copyOf(latencies, 2 * heard);
        latencies[heard++] =
                System.nanoTime() - Long.parseLong(event.substring(event.lastIndexOf('\t') + 1));
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) key.channel().close();
        selector.close();
    }
}

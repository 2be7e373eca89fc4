//SOURCES ../EventLoop.java ../ReadEvent.java ../tasks/Semaphore.java ../WriteEvent.java
//SOURCES FrameParser.java
package aio.websocket;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;
import aio.tasks.Semaphore;
import aio.websocket.FrameParser.Message;

/**
 * One side of a connection on which both sides send messages when they like (RFC 6455). One
 * coroutine receives; any coroutine of the loop sends. {@link #receive} answers pings and closes.
 * There is no compression, since no extension is offered.
 */
public final class WebSocket {
    /**
     * What a side puts up with.
     *
     * @param message bytes of a message; above it the connection is closed with 1009
     * @param silence after which the other side gets a ping; after as long again it counts as gone
     * @param write how long the other side may take for a message that is sent to it
     */
    public record Limits(int message, Duration silence, Duration write) {
        /** Messages of 64 KiB, 30 seconds of silence, 30 seconds for a write. */
        public static final Limits DEFAULT =
                new Limits(64 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    private static final Duration PATIENCE = Duration.ofSeconds(5); // for an answer to our close
    private static final SecureRandom MASKS = new SecureRandom();

    private final SocketChannel channel;
    private final boolean isClient;
    private final Limits limits;
    private final FrameParser parser;
    private final ReadEvent input;
    private final Semaphore writing = new Semaphore(1);
    private boolean closeSent;
    private int closeCode = 1006;

    /** Makes one side of a channel whose handshake is done, with the bytes that came after it. */
    WebSocket(SocketChannel channel, boolean isClient, byte[] received, Limits limits) {
        this.channel = channel;
        this.isClient = isClient;
        this.limits = limits;
        parser = new FrameParser(!isClient, limits.message());
        parser.feed(received);
        input = new ReadEvent(channel);
    }

    /** Returns the channel, for a client to close in the end. */
    public SocketChannel channel() {
        return channel;
    }

    /** Returns the code of the other side's close frame (section 7.4); 1006 if none has come. */
    public int closeCode() {
        return closeCode;
    }

    /**
     * Waits for the next message: a {@code String} or a {@code byte[]}. Returns null when the other
     * side has closed the connection.
     *
     * @throws WebSocketException if the other side breaks the protocol or a limit; it has been told
     * @throws IOException if the connection is broken or the other side is silent for too long
     */
    public Object receive() throws IOException {
        try {
            while (closeCode == 1006) {
                Message message = parser.poll();
                if (message == null) read();
                else if (message.opcode() == FrameParser.TEXT) return message.text();
                else if (message.opcode() == FrameParser.BINARY) return message.payload();
                else if (message.opcode() == FrameParser.CLOSE) closed(message);
                else if (message.opcode() == FrameParser.PING)
                    send(FrameParser.PONG, message.payload());
            }
            return null;
        } catch (WebSocketException e) {
            close(e.code, e.getMessage());
            throw e;
        }
    }

    private void read() throws IOException {
        for (boolean pinged = false; ; pinged = true) {
            try {
                byte[] bytes = waitFor(input, limits.silence());
                if (bytes.length == 0) throw new EOFException("the other side is gone");
                parser.feed(bytes);
                return;
            } catch (TimeoutException e) {
                if (pinged) throw new IOException("the other side is silent", e);
                send(FrameParser.PING, new byte[0]);
            }
        }
    }

    /** Notes the other side's code, and sends it back unless we have sent one before. */
    private void closed(Message frame) {
        boolean hasCode = frame.payload().length > 0;
        closeCode = hasCode ? ByteBuffer.wrap(frame.payload()).getShort() & 0xffff : 1005;
        close(hasCode ? closeCode : 1000, "");
    }

    /**
     * Sends a text; returns when the kernel has taken it. If it is cancelled in the middle or
     * fails, the channel is closed, since nothing can follow half a frame.
     *
     * @throws IOException if the connection is broken or closed, or the other side takes too long
     */
    public void send(String text) throws IOException {
        send(FrameParser.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes, see {@link #send(String)}. */
    public void send(byte[] bytes) throws IOException {
        send(FrameParser.BINARY, bytes);
    }

    /**
     * Sends a close frame, unless one has been sent or the connection is broken; from then on
     * nothing else is sent. The other side answers with its own, and {@link #receive} returns null;
     * if it hasn't answered after 5 seconds, the channel is closed.
     *
     * @param code 1000 for an ordinary end, 1001 for a side that goes away, 3000 to 4999 for one of
     *     your own (section 7.4)
     * @param reason at most 123 bytes of UTF-8
     */
    public void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (text.length > 123) throw new IllegalArgumentException("a reason over 123 bytes");
        var payload = ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
        try {
            send(FrameParser.CLOSE, payload.array());
        } catch (IOException e) {
            // The other side is gone, so there is nobody to tell.
        }
    }

    /** Closes; then drops what still comes, since a reset would overtake our close frame. */
    void end(int code) {
        try {
            close(code, "");
            channel.shutdownOutput();
            for (int count = 1; count > 0; ) count = await(input).length;
        } catch (IOException e) {
            // The other side is gone, or its time to answer is over.
        }
    }

    private void send(int opcode, byte[] payload) throws IOException {
        try (var _ = await(writing.acquire())) {
            if (closeSent && opcode < FrameParser.CLOSE) throw new ClosedChannelException();
            if (closeSent) return; // nobody waits for a pong any more
            closeSent = opcode == FrameParser.CLOSE;
            ByteBuffer frame = frame(opcode, payload);
            try {
                waitFor(new WriteEvent(channel, frame), limits.write());
            } catch (TimeoutException e) {
                throw new IOException("the other side takes too long", e);
            } finally {
                if (frame.hasRemaining()) EventLoop.current().closeChannel(channel);
            }
        }
        if (closeSent)
            EventLoop.current()
                    .callLater(PATIENCE, () -> EventLoop.current().closeChannel(channel));
    }

    private ByteBuffer frame(int opcode, byte[] payload) {
        int length = payload.length;
        int maskBit = isClient ? 0x80 : 0;
        var frame = ByteBuffer.allocate(length + 14).put((byte) (0x80 | opcode));
        if (length < 126) frame.put((byte) (maskBit | length));
        else if (length <= 0xffff) frame.put((byte) (maskBit | 126)).putShort((short) length);
        else frame.put((byte) (maskBit | 127)).putLong(length);
        if (!isClient) return frame.put(payload).flip();
        // A mask that nobody can guess keeps a page from writing another protocol's bytes.
        int mask = MASKS.nextInt();
        frame.putInt(mask);
        for (int i = 0; i < length; i++)
            frame.put((byte) (payload[i] ^ (mask >> 24 - 8 * (i & 3))));
        return frame.flip();
    }
}

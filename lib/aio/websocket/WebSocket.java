//SOURCES ../EventLoop.java ../Future.java ../ReadEvent.java ../WriteEvent.java FrameParser.java
package aio.websocket;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.Future;
import aio.ReadEvent;
import aio.WriteEvent;

/**
 * One side of a connection on which both sides send messages when they like (RFC 6455). One
 * coroutine receives; any coroutine of the loop sends. Control frames are handled inside: a ping is
 * answered by {@link #receive}, and so is a close. Nothing is compressed, since no extension is
 * offered.
 */
public final class WebSocket {
    /** The code of a connection that ended without a close frame. It is never sent. */
    public static final int ABNORMAL = 1006;

    /**
     * What a side puts up with.
     *
     * @param message bytes of a message; above it the connection is closed with 1009
     * @param silence how long the other side may send nothing before it gets a ping; after the same
     *     time again it counts as gone
     * @param write how long the other side may take no byte of what is sent to it
     */
    public record Limits(int message, Duration silence, Duration write) {
        /** Messages of 64 KiB, a ping after 30 seconds, 30 seconds for a write. */
        public static final Limits DEFAULT =
                new Limits(64 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    private final SocketChannel channel;
    private final boolean isClient;
    private final Limits limits;
    private final FrameParser parser;
    private final ReadEvent input;

    /** Frames that are not written yet. */
    private ByteArrayOutputStream output = new ByteArrayOutputStream(0);

    /** Completes when the output is written; null while no coroutine writes. */
    private Future<Void> written;

    private IOException broken;
    private boolean closeSent;
    private int closeCode = ABNORMAL;
    private String closeReason = "";

    /**
     * Makes one side of a connection whose handshake is done.
     *
     * @param channel in non-blocking mode; closing it is left to the caller
     * @param received what has arrived after the handshake; may be empty
     */
    WebSocket(SocketChannel channel, boolean isClient, byte[] received, Limits limits) {
        this.channel = channel;
        this.isClient = isClient;
        this.limits = limits;
        parser = new FrameParser(!isClient, limits.message());
        parser.feed(received);
        input = new ReadEvent(channel);
    }

    /** Returns the connection's channel, to be closed by whoever opened it. */
    public SocketChannel channel() {
        return channel;
    }

    /**
     * Waits for the next message: a {@code String} or a {@code byte[]}. Returns null when the other
     * side has closed the connection; then {@link #closeCode} says why.
     *
     * @throws WebSocketException if the other side breaks the protocol or a limit; it has been told
     * @throws IOException if the connection is broken or the other side is silent for too long
     */
    public Object receive() throws IOException {
        try {
            while (true) {
                Message message = next();
                switch (message.opcode()) {
                    case Message.TEXT -> {
                        return message.text();
                    }
                    case Message.BINARY -> {
                        return message.bytes();
                    }
                    case Message.PING -> send(Message.PONG, message.bytes());
                    case Message.CLOSE -> {
                        closed(ByteBuffer.wrap(message.bytes()));
                        return null;
                    }
                    default -> {} // a pong needs no answer
                }
            }
        } catch (WebSocketException e) {
            closeCode = e.code();
            close(e.code(), "");
            throw e;
        }
    }

    private Message next() throws IOException {
        Message message = parser.poll();
        for (boolean pinged = false; message == null; message = parser.poll()) {
            try {
                byte[] bytes = waitFor(input, limits.silence());
                if (bytes.length == 0) throw new EOFException("the other side is gone");
                parser.feed(bytes);
            } catch (TimeoutException e) {
                if (pinged) throw new IOException("the other side is silent", e);
                pinged = true;
                send(Message.PING, new byte[0]);
            }
        }
        return message;
    }

    /** Keeps the other side's code, and sends it back unless we have sent one before. */
    private void closed(ByteBuffer payload) throws IOException {
        closeCode = payload.hasRemaining() ? payload.getShort() & 0xffff : 1005;
        closeReason = StandardCharsets.UTF_8.decode(payload).toString();
        close(closeCode == 1005 ? 1000 : closeCode, "");
    }

    /** Returns the code with which the connection was closed, {@link #ABNORMAL} until then. */
    public int closeCode() {
        return closeCode;
    }

    /** Returns the reason that the other side gave for closing; may be empty. */
    public String closeReason() {
        return closeReason;
    }

    /** Sends a text; returns when the kernel has taken it. */
    public void send(String text) throws IOException {
        send(Message.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes; returns when the kernel has taken them. */
    public void send(byte[] bytes) throws IOException {
        send(Message.BINARY, bytes);
    }

    /**
     * Says that this side sends no more; does nothing if it has said so. The other side answers
     * with its own close, which {@link #receive} returns as null.
     *
     * @param code 1000 for an ordinary end, 1001 for a side that goes away, 3000 to 4999 for one of
     *     your own (RFC 6455, section 7.4)
     * @param reason at most 123 bytes of UTF-8
     */
    public void close(int code, String reason) throws IOException {
        if (closeSent) return;
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (text.length > 123) throw new IllegalArgumentException("a reason over 123 bytes");
        var payload = ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
        add(Message.CLOSE, payload.array());
        closeSent = true;
        flush();
    }

    private void send(int opcode, byte[] payload) throws IOException {
        if (closeSent) throw new ClosedChannelException();
        add(opcode, payload);
        flush();
    }

    private void add(int opcode, byte[] payload) {
        int length = payload.length;
        var frame = ByteBuffer.allocate(length + 14).put((byte) (0x80 | opcode));
        int maskBit = isClient ? 0x80 : 0;
        if (length < 126) frame.put((byte) (maskBit | length));
        else if (length <= 0xffff) frame.put((byte) (maskBit | 126)).putShort((short) length);
        else frame.put((byte) (maskBit | 127)).putLong(length);
        if (isClient) putMasked(frame, payload);
        else frame.put(payload);
        output.write(frame.array(), 0, frame.position());
    }

    /** A mask that nobody can guess keeps a client's bytes from looking like another protocol's. */
    private static void putMasked(ByteBuffer frame, byte[] payload) {
        byte[] mask = new byte[4];
        MASKS.nextBytes(mask);
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) frame.put((byte) (payload[i] ^ mask[i & 3]));
    }

    private static final SecureRandom MASKS = new SecureRandom();

    /** Writes all frames, or waits for the coroutine that is writing them. */
    private void flush() throws IOException {
        if (written != null) {
            awaitWritten();
            return;
        }
        if (broken != null) throw broken;
        written = new Future<>();
        broken = new IOException("a frame was cut off"); // unless the loop below gets to its end
        try {
            while (output.size() > 0) {
                ByteBuffer frames = ByteBuffer.wrap(output.toByteArray());
                output = new ByteArrayOutputStream(0);
                write(frames);
            }
            broken = null;
        } catch (IOException e) {
            broken = e;
            throw e;
        } finally {
            Future<Void> done = written;
            written = null;
            done.setResult(null);
        }
    }

    private void awaitWritten() throws IOException {
        try {
            await(written);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        if (broken != null) throw broken;
    }

    private void write(ByteBuffer frames) throws IOException {
        while (frames.hasRemaining()) {
            int before = frames.position();
            try {
                waitFor(new WriteEvent(channel, frames), limits.write());
            } catch (TimeoutException e) {
                if (frames.position() == before)
                    throw new IOException("the other side takes nothing", e);
            }
        }
    }
}

//SOURCES ../aio/AcceptEvent.java ../aio/EventLoop.java ../aio/ReadEvent.java
//SOURCES ../aio/WriteEvent.java
//SOURCES ../aio/http/HttpException.java ../aio/http/HttpRequest.java
package lesson;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.AcceptEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;
import aio.http.HttpException;
import aio.http.HttpRequest;

/**
 * Puts a parser of HTTP requests at a socket: it feeds the parser of each connection byte by byte
 * and sends the answers. It has no limit of time; {@code aio.http.HttpServer} has.
 */
public final class ParserServer {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private ParserServer() {}

    /** The parser of one connection. */
    @FunctionalInterface
    public interface Parser {
        /**
         * Takes one byte.
         *
         * @return the answer, if that was the last byte of a request, else null
         * @throws HttpException if the request is refused: the connection ends with that answer
         */
        Answer feed(byte b) throws HttpException;
    }

    /**
     * What is sent for one request.
     *
     * @param fields header fields, each with its line end
     * @param content the content, which is sent as UTF-8
     * @param isLast whether the connection ends with it
     */
    public record Answer(String fields, String content, boolean isLast) {}

    /**
     * Answers with what a parser understood: method, path, two parameters, content; and the host.
     */
    public static Answer understood(HttpRequest head, byte[] content, boolean isLast) {
        var words = new StringJoiner(" ").add(head.method()).add(head.path());
        for (String name : List.of("x", "y")) {
            if (head.query(name) != null) words.add(name + "=" + head.query(name));
        }
        words.add(new String(content, StandardCharsets.UTF_8));
        String text = head.method().equals("HEAD") ? "" : words.toString().strip();
        return new Answer("X-Host: " + head.host() + "\r\n", text, isLast);
    }

    /**
     * Serves until the thread is interrupted.
     *
     * @param parsers makes the parser of a connection
     * @param clients counts the connections
     */
    public static void serve(
            ServerSocketChannel listener, Supplier<Parser> parsers, LongAdder clients) {
        try (var loop = new EventLoop()) {
            loop.createTask(
                    "server",
                    () -> {
                        var accept = new AcceptEvent(listener);
                        while (true) {
                            SocketChannel conn = await(accept);
                            clients.increment();
                            loop.createTask("connection", () -> converse(conn, parsers.get()));
                        }
                    });
            loop.runForever();
        }
    }

    private static void converse(SocketChannel conn, Parser parser) {
        try (conn) {
            try {
                answerAll(conn, parser);
            } catch (HttpException e) {
                send(conn, e.status() + " Refused", new Answer("", e.getMessage() + "\n", true));
            }
            leave(conn);
        } catch (IOException | TimeoutException e) {
            // This client is gone, or it neither leaves nor stops sending.
        }
    }

    private static void answerAll(SocketChannel conn, Parser parser)
            throws IOException, HttpException {
        var read = new ReadEvent(conn);
        for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
            for (byte b : piece) {
                Answer answer = parser.feed(b);
                if (answer == null) continue;
                send(conn, "200 OK", answer);
                if (answer.isLast()) return;
            }
        }
    }

    private static void send(SocketChannel conn, String status, Answer answer) throws IOException {
        byte[] content = answer.content().getBytes(StandardCharsets.UTF_8);
        String close = answer.isLast() ? "Connection: close\r\n" : "";
        String length = "Content-Length: " + content.length + "\r\n\r\n";
        String head = "HTTP/1.1 " + status + "\r\n" + answer.fields() + close + length;
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(content);
        await(new WriteEvent(conn, ByteBuffer.wrap(bytes.toByteArray())));
    }

    /** Ends our side and reads what still comes: a close with unread input would be a reset. */
    private static void leave(SocketChannel conn) throws IOException, TimeoutException {
        conn.shutdownOutput();
        long end = System.nanoTime() + PATIENCE.toNanos();
        int read;
        do {
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            read = waitFor(new ReadEvent(conn), left).length; // thrown away
        } while (read > 0);
    }
}

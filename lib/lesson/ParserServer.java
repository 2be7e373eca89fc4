//SOURCES ../aio/ReadEvent.java ../aio/WriteEvent.java
//SOURCES ../aio/http/HttpException.java ../aio/http/HttpRequest.java ../script/Server.java
//SOURCES LoopServer.java
package lesson;

import static aio.EventLoop.await;

import module java.base;

import aio.ReadEvent;
import aio.WriteEvent;
import aio.http.HttpException;
import aio.http.HttpRequest;

import script.Server;

/**
 * Puts a parser of HTTP requests at a socket: it feeds the parser of each connection byte by byte
 * and answers each request with what the parser understood.
 */
public final class ParserServer {
    private ParserServer() {}

    /** The parser of one connection. */
    @FunctionalInterface
    public interface Parser {
        /**
         * Takes one byte.
         *
         * @return the request, if that was its last byte, else null
         * @throws HttpException if the request is refused: the connection ends with that answer
         */
        Request feed(byte b) throws HttpException;
    }

    /**
     * A request, as a parser understood it.
     *
     * @param head what the request line and the Host field say
     * @param content the content
     * @param isLast whether the connection ends with the answer
     */
    public record Request(HttpRequest head, byte[] content, boolean isLast) {
        /** Returns the method, the path, and the length of the content. */
        @Override
        public String toString() {
            return head.method() + " " + head.path() + " " + content.length;
        }
    }

    /**
     * Starts a server.
     *
     * @param parsers makes the parser of a connection
     */
    public static Server start(String host, int port, Supplier<Parser> parsers) throws IOException {
        return LoopServer.start(host, port, conn -> converse(conn, parsers.get()));
    }

    private static void converse(SocketChannel conn, Parser parser)
            throws IOException, TimeoutException {
        try {
            answerAll(conn, parser);
        } catch (HttpException e) {
            send(conn, e.status() + " Refused", "", e.getMessage() + "\n", true);
        }
        LoopServer.leave(conn);
    }

    private static void answerAll(SocketChannel conn, Parser parser)
            throws IOException, HttpException {
        var read = new ReadEvent(conn);
        for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
            for (byte b : piece) {
                Request request = parser.feed(b);
                if (request == null) continue;
                String host = "X-Host: " + request.head().host() + "\r\n";
                send(conn, "200 OK", host, understood(request), request.isLast());
                if (request.isLast()) return;
            }
        }
    }

    /** Method, path, two parameters and content; nothing for HEAD. */
    private static String understood(Request request) {
        HttpRequest head = request.head();
        if (head.method().equals("HEAD")) return "";
        var words = new StringJoiner(" ").add(head.method()).add(head.path());
        for (String name : List.of("x", "y")) {
            if (head.query(name) != null) words.add(name + "=" + head.query(name));
        }
        words.add(new String(request.content(), StandardCharsets.UTF_8));
        return words.toString().strip();
    }

    private static void send(
            SocketChannel conn, String status, String fields, String text, boolean isLast)
            throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        String close = isLast ? "Connection: close\r\n" : "";
        String length = "Content-Length: " + content.length + "\r\n\r\n";
        String head = "HTTP/1.1 " + status + "\r\n" + fields + close + length;
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(content);
        await(new WriteEvent(conn, ByteBuffer.wrap(bytes.toByteArray())));
    }
}

//SOURCES ../ConnectEvent.java ../EventLoop.java ../ReadEvent.java ../WriteEvent.java
//SOURCES ClientResponse.java Output.java ResponseParser.java
package aio.http;

import static aio.EventLoop.waitFor;

import module java.base;

import aio.ConnectEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;

/**
 * Asks servers, one connection a request; nothing blocks. To cancel the task that fetches closes
 * its connection. Any coroutine may use it. Counterpart: Tornado's {@code AsyncHTTPClient}.
 */
public final class HttpClient {
    private final Limits.Sizes limits;
    private final Duration timeout;

    /** A client with the sizes of {@link Limits#DEFAULT}. */
    public HttpClient(Duration timeout) {
        this(timeout, Limits.DEFAULT.sizes());
    }

    /**
     * @param timeout for a whole fetch, from the look-up of the name to the last byte
     * @param limits for the size of an answer
     */
    public HttpClient(Duration timeout, Limits.Sizes limits) {
        this.timeout = timeout;
        this.limits = limits;
    }

    /** As {@link #fetch}, with GET and nothing else. */
    public ClientResponse get(URI uri) throws IOException, TimeoutException {
        return fetch("GET", uri, new Headers(), new byte[0]);
    }

    /**
     * Sends a request and gives the answer, whatever its status.
     *
     * @param uri {@code http://host[:port]/path?query}
     * @param headers besides Host, Connection and Content-Length, which are this class's own
     * @throws IllegalArgumentException if the method is no token, or the URI is of another kind
     * @throws ConnectException if nobody listens there
     * @throws ProtocolException if the answer is malformed, too large or cut off
     * @throws IOException for any other failure of the connection
     * @throws TimeoutException if it takes longer than the client's timeout
     */
    public ClientResponse fetch(String method, URI uri, Headers headers, byte[] body)
            throws IOException, TimeoutException {
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("not http://host/path: " + uri);
        }
        if (!Syntax.isToken(method)) throw new IllegalArgumentException("method: " + method);
        long end = System.nanoTime() + timeout.toNanos();
        var address =
                new InetSocketAddress(resolve(uri, end), uri.getPort() < 0 ? 80 : uri.getPort());
        try (var channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            waitFor(new ConnectEvent(channel, address), left(end));
            ByteBuffer request = request(method, uri, headers, body).toBuffer();
            try {
                waitFor(new WriteEvent(channel, request), left(end));
            } catch (IOException e) {
                // It may have answered before it had read all, and closed: look.
            }
            return read(channel, new ResponseParser(limits, method.equals("HEAD")), end);
        }
    }

    private ClientResponse read(SocketChannel channel, ResponseParser parser, long end)
            throws IOException, TimeoutException {
        try {
            while (true) {
                byte[] bytes = waitFor(new ReadEvent(channel), left(end));
                if (bytes.length > 0) parser.feed(bytes);
                ClientResponse response = bytes.length > 0 ? parser.poll() : parser.pollAtEof();
                while (response != null && response.status() < 200) response = parser.poll();
                if (response != null) return response;
                if (bytes.length == 0) throw new ProtocolException("an answer that is cut off");
            }
        } catch (HttpException e) {
            throw new ProtocolException("a malformed answer: " + e.getMessage());
        }
    }

    private static Output request(String method, URI uri, Headers headers, byte[] body) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var out = new Output().append(method + " " + path + query + " HTTP/1.1\r\n");
        out.append("Host: " + uri.getRawAuthority() + "\r\nConnection: close\r\n");
        headers.forEach((name, value) -> out.append(name + ": " + value + "\r\n"));
        boolean meansContent = List.of("POST", "PUT", "PATCH").contains(method);
        if (body.length > 0 || meansContent) out.append("Content-Length: " + body.length + "\r\n");
        return out.append("\r\n").append(body);
    }

    /** The system's look-up blocks, so it gets a thread, unless the host is an address. */
    private static InetAddress resolve(URI uri, long end) throws IOException, TimeoutException {
        String host = uri.getHost();
        if (host.startsWith("[") || host.matches("[0-9.]+")) return InetAddress.getByName(host);
        Executor thread = look -> Thread.ofPlatform().daemon().name("resolver").start(look);
        try {
            return waitFor(
                    EventLoop.current().runInExecutor(thread, () -> InetAddress.getByName(host)),
                    left(end));
        } catch (IOException | TimeoutException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(end - System.nanoTime());
    }
}

//SOURCES ../ConnectEvent.java ../EventLoop.java ../ReadEvent.java ../WriteEvent.java
//SOURCES ClientResponse.java Countdown.java Output.java ResponseParser.java
package aio.http;

import static aio.EventLoop.waitFor;

import module java.base;

import aio.ConnectEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;

/**
 * Sends requests, each on a connection of its own, without blocking the loop. Cancelling the task
 * that fetches closes its connection. Any coroutine may use it. Counterpart: Tornado's {@code
 * AsyncHTTPClient}.
 */
public final class HttpClient {
    /** The fields that this class sends itself. */
    private static final List<String> OWN_FIELDS =
            List.of("Host", "Connection", "Content-Length", "Transfer-Encoding");

    private final Limits.Sizes limits;
    private final Duration timeout;

    /** Makes a client with the sizes of {@link Limits#DEFAULT}; the timeout is for a fetch. */
    public HttpClient(Duration timeout) {
        this(timeout, Limits.DEFAULT.sizes());
    }

    /**
     * Makes a client.
     *
     * @param timeout the longest time for a whole fetch, from the look-up of the name to the last
     *     byte
     * @param limits the largest sizes of a response
     */
    public HttpClient(Duration timeout, Limits.Sizes limits) {
        this.timeout = Objects.requireNonNull(timeout);
        this.limits = Objects.requireNonNull(limits);
    }

    /** Fetches a URI with GET, see {@link #fetch}. */
    public ClientResponse get(URI uri) throws IOException, TimeoutException {
        return fetch("GET", uri, new Headers(), new byte[0]);
    }

    /**
     * Sends a request and returns the response, whatever its status.
     *
     * @param uri {@code http://host[:port]/path?query}; characters beyond ASCII are sent as
     *     percent-encoded UTF-8
     * @param headers the header fields, without Host, Connection, Content-Length and
     *     Transfer-Encoding, which this class adds itself
     * @param body the content; may be empty
     * @throws IllegalArgumentException if the method is not a token, the URI has another form or
     *     user information, or the headers have one of those four
     * @throws ConnectException if nobody listens there
     * @throws ProtocolException if the response is malformed, too large or cut off
     * @throws IOException for any other failure of the connection
     * @throws TimeoutException if it takes longer than the client's timeout
     */
    public ClientResponse fetch(String method, URI uri, Headers headers, byte[] body)
            throws IOException, TimeoutException {
        Upgraded done = exchange(method, uri, headers, "close", body);
        done.channel.close();
        return done.response;
    }

    /**
     * A connection on which another protocol is spoken from now on.
     *
     * @param response the server's 101
     * @param channel in non-blocking mode; the caller closes it
     * @param received what has arrived after the response; may be empty
     */
    public record Upgraded(ClientResponse response, SocketChannel channel, byte[] received) {}

    /**
     * Asks a server to speak another protocol (RFC 9110, section 7.8). The exceptions are those of
     * {@link #fetch}, and a {@code ProtocolException} if the server refuses.
     *
     * @param headers those that the protocol asks for, Upgrade among them
     */
    public Upgraded upgrade(URI uri, Headers headers) throws IOException, TimeoutException {
        Upgraded done = exchange("GET", uri, headers, "Upgrade", new byte[0]);
        if (done.response.status() == 101) return done;
        done.channel.close();
        throw new ProtocolException("the server answers " + done.response.status());
    }

    private Upgraded exchange(
            String method, URI uri, Headers headers, String connection, byte[] body)
            throws IOException, TimeoutException {
        check(method, uri, headers);
        ByteBuffer request = request(method, uri, headers, connection, body).toBuffer();
        var time = new Countdown(timeout);
        var parser = new ResponseParser(limits, method.equals("HEAD"));
        var channel = SocketChannel.open();
        try {
            send(channel, uri, request, time);
            return new Upgraded(read(channel, parser, time), channel, parser.takeRest());
        } catch (Throwable t) {
            channel.close();
            throw t;
        }
    }

    private void send(SocketChannel channel, URI uri, ByteBuffer request, Countdown time)
            throws IOException, TimeoutException {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        var address = new InetSocketAddress(resolve(uri.getHost(), time), port);
        channel.configureBlocking(false);
        waitFor(new ConnectEvent(channel, address), time.check());
        try {
            waitFor(new WriteEvent(channel, request), time.check());
        } catch (IOException e) {
            // The server may have answered and closed before it had read all: read.
        }
    }

    private static void check(String method, URI uri, Headers headers) {
        if (!Syntax.isToken(method)) throw new IllegalArgumentException("method: " + method);
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("not http://host/path: " + uri);
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("user information in a URI: send Authorization");
        }
        for (String name : OWN_FIELDS) {
            if (headers.get(name) == null) continue;
            throw new IllegalArgumentException(name + " is not the caller's to set");
        }
    }

    private static ClientResponse read(SocketChannel channel, ResponseParser parser, Countdown time)
            throws IOException, TimeoutException {
        try {
            while (true) {
                byte[] bytes = waitFor(new ReadEvent(channel), time.check());
                if (bytes.length > 0) parser.feed(bytes);
                ClientResponse response = bytes.length > 0 ? parser.poll() : parser.pollAtEof();
                while (response != null && isInterim(response)) response = parser.poll();
                if (response != null) return response;
                if (bytes.length == 0) throw new ProtocolException("a response that is cut off");
            }
        } catch (HttpException e) {
            throw new ProtocolException("a malformed response: " + e.getMessage());
        }
    }

    private static boolean isInterim(ClientResponse response) {
        return response.status() < 200 && response.status() != 101;
    }

    private static Output request(
            String method, URI uri, Headers headers, String connection, byte[] body) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        var out = new Output();
        out.append(method + " " + Syntax.encode(path + query) + " HTTP/1.1\r\n");
        out.append("Host: " + uri.getHost() + port + "\r\n");
        out.append("Connection: " + connection + "\r\n");
        headers.forEach((name, value) -> out.append(name + ": " + value + "\r\n"));
        boolean meansContent = List.of("POST", "PUT", "PATCH").contains(method);
        if (body.length > 0 || meansContent) out.append("Content-Length: " + body.length + "\r\n");
        return out.append("\r\n").append(body);
    }

    /** Looks up a host on a thread of its own, because the system's look-up blocks. */
    private static InetAddress resolve(String host, Countdown time)
            throws IOException, TimeoutException {
        if (host.startsWith("[") || host.matches("[0-9.]+")) return InetAddress.getByName(host);
        Executor thread = look -> Thread.ofPlatform().daemon().name("resolver").start(look);
        try {
            return waitFor(
                    EventLoop.current().runInExecutor(thread, () -> InetAddress.getByName(host)),
                    time.check());
        } catch (IOException | TimeoutException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}

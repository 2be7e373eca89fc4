//JAVA 25+
package measure.peers;

import module java.base;

import com.sun.net.httpserver.HttpServer;

/** Answers {@code GET /index} with the JDK's HTTP server and a virtual thread a request. */
public final class JdkPeer {
    private static final byte[] OK = "ok".getBytes(StandardCharsets.UTF_8);

    private JdkPeer() {}

    /** Serves until the process is ended. */
    public static void main() throws IOException {
        // Without this each answer waits for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 4096);
        server.createContext(
                "/index",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                    exchange.sendResponseHeaders(200, OK.length);
                    exchange.getResponseBody().write(OK);
                    exchange.close();
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        IO.println("server started on localhost:" + server.getAddress().getPort());
    }
}

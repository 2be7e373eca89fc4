//JAVA 25+
package measure.peers;

import module java.base;

/**
 * Answers {@code GET /index} with a virtual thread for each connection and blocking sockets. It
 * understands as little HTTP as it can: it splits lines and checks next to nothing.
 */
public final class VirtualThreadsPeer {
    private static final byte[] OK = answer("200 OK");
    private static final byte[] NOT_FOUND = answer("404 Not Found");

    private VirtualThreadsPeer() {}

    private static byte[] answer(String status) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n";
        return (head + "Content-Length: 2\r\n\r\nok").getBytes(StandardCharsets.UTF_8);
    }

    /** Serves until the process is ended. */
    public static void main() throws IOException {
        var server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        IO.println("server started on localhost:" + server.getLocalPort());
        while (true) {
            Socket client = server.accept();
            Thread.ofVirtual().start(() -> serve(client));
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new BufferedInputStream(client.getInputStream());
            boolean last = false;
            for (String line = line(in); !last && !line.isEmpty(); line = line(in)) {
                String target = line.split(" ")[1];
                for (line = line(in); !line.isEmpty(); line = line(in))
                    last |= line.equalsIgnoreCase("Connection: close");
                client.getOutputStream().write(target.equals("/index") ? OK : NOT_FOUND);
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read())
            if (b != '\r') line.append((char) b);
        return line.toString();
    }
}

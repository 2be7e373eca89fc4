//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../../script/Script.java ../../script/Sockets.java Shown.java
package kit.talk;

import script.Script;
import script.Sockets;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.Socket;

/** {@code ./jbang talk}: a connection to type into, like {@code nc}. */
public final class Talk {
    private static final String USAGE =
            """
            talk [host] [port]

            Sends what you type, line by line, and shows what comes back. The end of the input
            (Ctrl-D) ends only your side of the connection, so the answer still arrives. It exits
            when the other side ends its own, or on Ctrl-C. The default is localhost 8888.
            """;

    private Talk() {}

    /**
     * Sends and shows until the other side ends the connection.
     *
     * @param args the host and the port
     * @throws Exception if the terminal cannot be read or written
     */
    public static void main(String... args) throws Exception {
        Script.run(
                USAGE,
                args,
                arguments -> {
                    String host = arguments.host();
                    int port = arguments.number("port", 8888, 1, 65_535);
                    try (Socket socket = Sockets.connect(host, port)) {
                        talk(socket);
                    }
                });
    }

    private static void talk(Socket socket) throws IOException {
        // A daemon, so that waiting for the keyboard does not keep the program alive.
        Thread.ofPlatform().daemon().name("input").start(() -> send(socket));
        Shown.copy(socket.getInputStream(), "the other side broke off the connection");
    }

    private static void send(Socket socket) {
        try (var in = new FileInputStream(FileDescriptor.in)) {
            in.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // The other side has closed the connection; the copy of its answer reports how.
        }
    }
}

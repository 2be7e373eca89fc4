//SOURCES ../Checkout.java
package kit.console;

import kit.Checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps the ports of a text to free ones, so that its commands can run while another program uses
 * port 8080. A server is started with port 0, and its start line says which port it got, so no
 * other program can take the port in between. For a port without a server in the text, no server
 * listens here either.
 *
 * <p>Any thread may call any method.
 */
public final class ConsolePorts implements AutoCloseable {
    private static final Pattern NAMED = Pattern.compile("(?<=localhost[: ])\\d+");
    private static final Pattern SERVER = Pattern.compile("(\\./jbang (\\w+) localhost )(\\d+)");
    private static final Pattern CHAPTER = Pattern.compile("(\\./jbang (\\w+))(?= *(--|[&;|]|$))");
    private static final Pattern DEFAULT = Pattern.compile("port .*\\(default (\\d+)\\)");
    private static final Pattern STARTED = Pattern.compile("server started on \\S+:(\\d+)");
    private static final String ANY_FREE = "0";

    /** The port in use for each port of the text with a server. */
    private final Map<String, String> ours = new HashMap<>();

    private final Map<String, Socket> silent = new HashMap<>();
    private final Map<String, String> named = new HashMap<>();

    /** Knows no port yet. */
    public ConsolePorts() {}

    /**
     * A command that can be run.
     *
     * @param text the command, with the ports in use
     * @param serves the port of the text for which it starts a server; empty if it starts none
     */
    public record Command(String text, String serves) {}

    /** Returns the command with the ports in use; adds a chapter's default port if it has none. */
    public synchronized Command command(String shown) throws IOException {
        String command = withDefaultPort(shown);
        Matcher server = SERVER.matcher(command);
        String serves = "";
        while (serves.isEmpty() && server.find()) {
            if (!chapter(server.group(2)).contains("Script.serve")) continue;
            if (ours.containsKey(server.group(3)))
                continue; // the command will report that the port is in use
            serves = server.group(3);
            command = command.replace(server.group(), server.group(1) + ANY_FREE);
        }
        return new Command(NAMED.matcher(command).replaceAll(this::ours), serves);
    }

    private static String withDefaultPort(String command) throws IOException {
        Matcher chapter = CHAPTER.matcher(command);
        var complete = new StringBuilder();
        while (chapter.find()) {
            Matcher port = DEFAULT.matcher(chapter(chapter.group(2)));
            String arguments = port.find() ? " localhost " + port.group(1) : "";
            chapter.appendReplacement(complete, chapter.group(1) + arguments);
        }
        return chapter.appendTail(complete).toString();
    }

    private String ours(MatchResult port) {
        String number = port.group();
        if (number.equals(ANY_FREE)) return number;
        String known = ours.get(number);
        return known != null ? known : localPort(silent.computeIfAbsent(number, this::nobody));
    }

    /** Reserves a port on which no server listens, with a socket that is only bound. */
    private Socket nobody(String number) {
        var socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        named.put(localPort(socket), number);
        return socket;
    }

    private static String localPort(Socket socket) {
        return Integer.toString(socket.getLocalPort());
    }

    /** Learns a server's port, if this line of the command's output is its start line. */
    public synchronized void learn(Command command, String line) {
        Matcher started = STARTED.matcher(line);
        if (command.serves().isEmpty() || !started.matches()) return;
        ours.put(command.serves(), started.group(1));
        named.put(started.group(1), command.serves());
    }

    /** Forgets the port of a command that has ended. */
    synchronized void forget(Command command) {
        ours.remove(command.serves());
    }

    /** Returns a line of output with the ports of the text. */
    public synchronized String inOutput(String line) {
        String result = line;
        for (var port : named.entrySet())
            result = result.replaceAll("\\b" + port.getKey() + "\\b", port.getValue());
        return result;
    }

    private static String chapter(String name) throws IOException {
        Path file = Checkout.ROOT.resolve("notebooks/" + name + ".java");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public synchronized void close() throws IOException {
        for (Socket socket : silent.values()) socket.close();
    }
}

//SOURCES ../Checkout.java
package kit.console;

import kit.Checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Free ports in place of those that a text names, so that its commands can run while another
 * program has port 8080.
 */
final class ConsolePorts {
    private static final Pattern NAMED = Pattern.compile("(?<=localhost[: ])\\d+");
    private static final Pattern CHAPTER = Pattern.compile("(\\./jbang (\\w+))(?= *(--|[&;|]|$))");
    private static final Pattern DEFAULT = Pattern.compile("port .*\\(default (\\d+)\\)");

    private final Map<String, String> chosen = new HashMap<>();

    /** The command, with ports of ours; a chapter that is given none gets what its usage says. */
    String inCommand(String command) throws IOException {
        Matcher chapter = CHAPTER.matcher(command);
        var complete = new StringBuilder();
        while (chapter.find()) {
            Matcher port = DEFAULT.matcher(chapter(chapter.group(2)));
            String arguments = port.find() ? " localhost " + port.group(1) : "";
            chapter.appendReplacement(complete, chapter.group(1) + arguments);
        }
        return replaced(chapter.appendTail(complete).toString(), NAMED, this::ours);
    }

    /** A line of output, with the ports of the text. */
    String inOutput(String line) {
        String result = line;
        for (var port : chosen.entrySet())
            result = result.replaceAll("\\b" + port.getValue() + "\\b", port.getKey());
        return result;
    }

    private static String replaced(String text, Pattern pattern, Function<MatchResult, String> by) {
        return pattern.matcher(text).replaceAll(by);
    }

    private String ours(MatchResult port) {
        return chosen.computeIfAbsent(port.group(), _ -> free());
    }

    private static String free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String chapter(String name) throws IOException {
        Path file = Checkout.ROOT.resolve("notebooks/" + name + ".java");
        return Files.exists(file) ? Files.readString(file) : "";
    }
}

//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java ../shared/ScriptedServer.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.ScriptedServer;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/** What every client of the book promises: its message, and errors in one line. */
abstract class ClientContract {
    abstract String script();

    static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Checks one message and returns the time that it names. */
    static LocalDateTime assertSeedMessage(String json) {
        JsonObject message = JsonParser.parseString(json).getAsJsonObject();
        assertEquals(List.of("send_user", "send_time", "send_msg"), List.copyOf(message.keySet()));
        assertEquals("Lyon", message.get("send_user").getAsString());
        assertTrue(message.get("send_msg").getAsString().endsWith("IO test..."), json);
        var format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
        var time = LocalDateTime.parse(message.get("send_time").getAsString(), format);
        assertTrue(Duration.between(time, LocalDateTime.now()).abs().toMinutes() < 5, json);
        return time;
    }

    /** Reads one message, to its closing brace. */
    static String readMessage(Socket conn) throws IOException {
        var message = new StringBuilder();
        while (message.indexOf("}") < 0) message.append((char) conn.getInputStream().read());
        return message.toString();
    }

    /** Reads a little of the first message, then closes the connection with a RST. */
    static ScriptedServer resettingServer() {
        return new ScriptedServer(conn -> {
            conn.getInputStream().readNBytes(10);
            conn.setSoLinger(true, 0);
            return "reset";
        });
    }

    /** A client cannot know who sent the RST, nor why. */
    void assertSaysOnlyThatTheConnectionBrokeOff(String... options) {
        String complaint =
                "(the|a) connection broke off \\(.+\\): whether the server read the data is"
                        + " unknown";
        try (var server = resettingServer();
                var client = startAt(server, options)) {
            assertEquals("reset", server.result());
            assertEquals(1, client.exitCode());
            assertEquals(1, client.errors().size(), client.toString());
            assertTrue(client.errors().getFirst().matches(complaint), client.toString());
        }
    }

    void assertSaysThatTheServerClosedEarly(String... options) {
        try (var server = new ScriptedServer(ClientContract::readMessage);
                var client = startAt(server, options)) {
            assertSeedMessage(server.result());
            assertEquals(1, client.exitCode());
            assertEquals(List.of("the server closed before the second message"), client.errors());
        }
    }

    private ScriptProcess startAt(ScriptedServer server, String... options) {
        return start(
                Stream.concat(Stream.of("localhost", server.port()), Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (var listener = new ServerSocket(0)) {
            port = listener.getLocalPort();
        }
        assertFailsWith(
                "nobody listens on localhost:" + port + ".*", "localhost", Integer.toString(port));
    }

    @Test
    void saysInOneLineWhatIsWrongWithItsArguments() {
        assertFailsWith("unknown host 'no such host'.*", "no such host");
        assertFailsWith(".*port must be a number from 1 to 65535, not '0'.*", "localhost", "0");
        assertFailsWith(".*takes the host first; for port 8888 write: localhost 8888.*", "8888");
    }

    void assertFailsWith(String message, String... args) {
        try (var client = start(args)) {
            assertEquals(1, client.exitCode());
            assertEquals(1, client.errors().size(), client.toString());
            assertTrue(client.errors().getFirst().matches(message), client.toString());
        }
    }

    ScriptProcess start(String... args) {
        return ScriptProcess.startAgain(script(), List.of(args));
    }

    void assertSucceeds(ScriptProcess client, String... lines) {
        assertEquals(0, client.exitCode(), client.toString());
        assertEquals(List.of(lines), client.output());
        assertEquals(List.of(), client.errors());
    }

    @Test
    void explainsItselfOnHelp() {
        try (var client = start("--help")) {
            assertEquals(0, client.exitCode());
            assertTrue(
                    client.output().getFirst().startsWith("usage: " + script() + " [host] [port]"));
        }
    }
}

//SOURCES RawClient.java
package tests.shared;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer from the wire. The tests have a reader of their own, so that the library's parser is
 * not tested with itself.
 */
public record HttpAnswer(int status, Map<String, String> headers, String body, String framing) {
    /** Reads the next answer; null at the end of the stream. */
    public static HttpAnswer read(RawClient client, boolean withContent) {
        String statusLine = line(client);
        if (statusLine == null) return null;
        if (!statusLine.matches("HTTP/1\\.1 \\d{3} [\\w '-]*")) {
            throw new AssertionError("a status line: " + statusLine);
        }
        var headers = new LinkedHashMap<String, String>();
        for (String line = line(client); !line.isEmpty(); line = line(client)) {
            String[] field = line.split(": ", 2);
            headers.merge(field[0], field[1], (one, other) -> one + "\n" + other);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        String length = headers.get("Content-Length");
        if (!withContent || status < 200 || status == 204 || status == 304) {
            return new HttpAnswer(status, headers, "", "none");
        }
        if (headers.containsKey("Transfer-Encoding")) {
            return new HttpAnswer(status, headers, chunks(client), "chunked");
        }
        if (length == null) return new HttpAnswer(status, headers, client.readToEnd(), "close");
        return new HttpAnswer(status, headers, client.read(Integer.parseInt(length)), "length");
    }

    public static HttpAnswer read(RawClient client) {
        return read(client, true);
    }

    private static String chunks(RawClient client) {
        var content = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(client), 16);
            content.writeBytes(client.readBytes(size));
            if (!line(client).isEmpty()) throw new AssertionError("a chunk longer than it says");
            if (size == 0) return content.toString(StandardCharsets.UTF_8);
        }
    }

    /** A line without its CR LF; null at the end of the stream. */
    private static String line(RawClient client) {
        var line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            byte[] next = client.readBytes(1);
            if (next.length == 0 && line.isEmpty()) return null;
            if (next.length == 0) throw new AssertionError("an answer that is cut off: " + line);
            line.append((char) (next[0] & 0xff));
        }
        return line.substring(0, line.length() - 2);
    }
}

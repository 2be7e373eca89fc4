//SOURCES Connection.java Finding.java Patience.java Quoted.java
package exercise;

import module java.base;

/**
 * A client of the web server under check: it sends HTTP requests and reads the answers, all on one
 * connection. Like {@link Client}, it has a name, so a finding can tell its story.
 *
 * <p>One thread uses a visitor.
 */
public final class Visitor implements AutoCloseable {
    private static final String HEAD_END = "\r\n\r\n";
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]{1,9})");
    private static final Answer NOTHING = new Answer(0, "");

    private final String name;
    private final Connection connection;

    /** What has arrived and belongs to no answer yet, one character per byte. */
    private final StringBuilder held = new StringBuilder();

    private String asked = "";

    private Visitor(String name, Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    /**
     * An answer.
     *
     * @param status the status code; 0 if no complete answer has come
     * @param content the content, as UTF-8
     */
    public record Answer(int status, String content) {
        /** Returns it as a finding shows it: {@code 200 "ok"}. */
        @Override
        public String toString() {
            return status == 0 ? "nothing" : status + " " + Quoted.text(content);
        }
    }

    /** Connects to a server on this machine; a {@link Finding} if that fails. */
    public static Visitor connect(String name, int port) {
        try {
            return new Visitor(name, Connection.open(port));
        } catch (IOException e) {
            throw new Finding(
                    name + " could not connect, because the server no longer listens.",
                    "the server goes on and accepts " + name);
        }
    }

    /** Sends {@code GET target} without content; a {@link Finding} if the connection is broken. */
    public Visitor asks(String target) {
        asked = target;
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost" + HEAD_END;
        try {
            connection.write(request.getBytes(StandardCharsets.US_ASCII));
            return this;
        } catch (IOException e) {
            throw new Finding(
                    name + " asked for " + asked + ", but the server had closed the connection.",
                    "the server keeps the connection until " + name + " ends it");
        }
    }

    /** Reads the next answer and returns it; one with status 0 if no complete answer comes. */
    public Answer answer() {
        while (true) {
            int length = length();
            if (length >= 0) {
                byte[] bytes = held.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
                held.delete(0, length);
                return parse(new String(bytes, StandardCharsets.UTF_8));
            }
            byte[] piece = connection.read(8192, Patience.limit());
            if (piece.length == 0) return NOTHING;
            held.append(new String(piece, StandardCharsets.ISO_8859_1));
        }
    }

    /** Returns the length of the first answer with its head; -1 if it isn't complete. */
    private int length() {
        int head = held.indexOf(HEAD_END);
        if (head < 0) return -1;
        Matcher length = LENGTH.matcher(held.substring(0, head));
        if (!length.find()) return -1;
        int all = head + HEAD_END.length() + Integer.parseInt(length.group(1));
        return held.length() < all ? -1 : all;
    }

    private static Answer parse(String answer) {
        Matcher status = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2}) ").matcher(answer);
        String content = answer.substring(answer.indexOf(HEAD_END) + HEAD_END.length());
        return status.lookingAt()
                ? new Answer(Integer.parseInt(status.group(1)), content)
                : NOTHING;
    }

    /**
     * Waits for this answer; a {@link Finding} if another comes, or none.
     *
     * @param content the content without a line end that it may have
     * @param why what the answer is, for the finding: the end of a sentence
     */
    public Visitor gets(int status, String content, String why) {
        Answer got = answer();
        if (got.status() == status && got.content().stripTrailing().equals(content)) return this;
        throw new Finding(
                name + " asked for " + asked + " and got " + shown(got) + ".",
                new Answer(status, content) + ", " + why);
    }

    private String shown(Answer got) {
        if (held.isEmpty()) return got + connection.end();
        String more = Quoted.bytes(held.toString().getBytes(StandardCharsets.ISO_8859_1));
        return got.status() == 0 ? more + ", which is no whole answer" : got + ", and then " + more;
    }

    @Override
    public void close() {
        connection.close();
    }
}

//SOURCES Protocol.java
package lesson;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Gives every HTTP request the same answer, to measure what is beneath. A request ends at its empty
 * line, and has no body.
 */
public final class FixedAnswer implements Protocol {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
                    .getBytes(StandardCharsets.US_ASCII);

    /** How many answers are sent at once to a client that has sent as many requests. */
    private static final int MOST = 256;

    private static final MemorySegment ANSWERS =
            Arena.global().allocate((long) MOST * ANSWER.length);

    static {
        for (int i = 0; i < MOST; i++)
            MemorySegment.copy(
                    ANSWER,
                    0,
                    ANSWERS,
                    ValueLayout.JAVA_BYTE,
                    (long) i * ANSWER.length,
                    ANSWER.length);
    }

    private boolean begun;
    private boolean lineIsEmpty = true;
    private long owed;

    /** Begins with the first request of a connection. */
    public FixedAnswer() {}

    @Override
    public void received(MemorySegment data) {
        for (long i = 0; i < data.byteSize(); i++) {
            byte b = data.get(ValueLayout.JAVA_BYTE, i);
            if (b == '\n') {
                if (begun && lineIsEmpty) owed++;
                begun = !lineIsEmpty;
                lineIsEmpty = true;
            } else if (b != '\r') {
                lineIsEmpty = false;
            }
        }
    }

    @Override
    public MemorySegment next() {
        long count = Math.min(owed, MOST);
        if (count == 0) return null;
        owed -= count;
        return ANSWERS.asSlice(0, count * ANSWER.length);
    }

    @Override
    public void sent() {}

    @Override
    public void ended() {}

    @Override
    public boolean isOver() {
        return false;
    }
}

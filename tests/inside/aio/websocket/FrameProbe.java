//SOURCES ../../../../lib/aio/websocket/FrameParser.java
package aio.websocket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/** Gives the tests access to the parser of frames, which is not public. */
public final class FrameProbe {
    /** The messages, and the close code of the error after them; 0 without one. */
    public record Outcome(List<String> messages, int refusal) {}

    /** The longest header, with its mask. */
    private static final int HEADER = 14;

    private FrameProbe() {}

    /**
     * Feeds all bytes, in pieces of the supplier's lengths, and collects the messages.
     *
     * @throws IllegalStateException if the parser holds more than a message, and twice a frame with
     *     what came last
     */
    public static Outcome parse(byte[] bytes, int limit, IntSupplier pieceLength) {
        var parser = new FrameParser(true, limit);
        var messages = new ArrayList<String>();
        try {
            for (int from = 0, to; from < bytes.length; from = to) {
                to = Math.min(bytes.length, from + pieceLength.getAsInt());
                parser.feed(Arrays.copyOfRange(bytes, from, to));
                FrameParser.Message message;
                while ((message = parser.poll()) != null)
                    messages.add(message.opcode() + Arrays.toString(message.payload()));
                int held = parser.data.size() + parser.input.capacity();
                if (held > limit + 2 * (limit + HEADER + to - from))
                    throw new IllegalStateException("holds " + held + " bytes");
            }
        } catch (WebSocketException e) {
            return new Outcome(messages, e.code);
        }
        return new Outcome(messages, 0);
    }
}

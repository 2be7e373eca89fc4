//SOURCES ../inside/aio/websocket/FrameProbe.java ../shared/Kit.java ../shared/TestRun.java
//SOURCES WebSocketFrames.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.websocket.FrameProbe;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.TestRun;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Throws the frames of {@code websocket.md}, changed at random, at the parser. It must not matter
 * how the bytes are cut, and there must be nothing but messages and close codes.
 */
class WebSocketFuzzTest {
    public static void main(String... args) {
        TestRun.main(WebSocketFuzzTest.class);
    }

    private static final int LIMIT = 1000;
    private static final int COUNT = 20_000;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void mutatedFramesGiveMessagesOrACloseCodeHoweverTheyAreCut() {
        List<byte[]> frames =
                Pattern.compile("```frames\n([^`]*)```")
                        .matcher(Kit.read("tests/http/websocket.md"))
                        .results()
                        .flatMap(match -> match.group(1).lines())
                        .map(WebSocketFrames::parse)
                        .toList();
        int messages = 0;
        var refusals = new TreeSet<Integer>();
        for (int i = 0; i < COUNT; i++) {
            byte[] bytes = mutate(some(frames));
            String where = "number " + i + ": " + HexFormat.of().formatHex(bytes);
            try {
                var whole = FrameProbe.parse(bytes, LIMIT, () -> bytes.length);
                assertEquals(whole, FrameProbe.parse(bytes, LIMIT, () -> 1), where);
                var cut = FrameProbe.parse(bytes, LIMIT, () -> random.nextInt(1, 40));
                assertEquals(whole, cut, where);
                messages += whole.messages().size();
                refusals.add(whole.refusal());
            } catch (RuntimeException e) {
                throw new AssertionError(where, e);
            }
        }
        assertEquals(Set.of(0, 1002, 1007, 1009), refusals);
        assertTrue(messages > COUNT / 8, "only " + messages + " messages");
    }

    @Test
    void aStreamThatNeverEndsBetweenFramesTakesNoMoreAndMoreMemory() {
        var out = new ByteArrayOutputStream();
        byte[] frame = WebSocketFrames.parse("binary 2a*120");
        for (int i = 0; i < 2_000; i++) out.writeBytes(frame);
        assertEquals(
                2_000, FrameProbe.parse(out.toByteArray(), LIMIT, () -> 999).messages().size());
    }

    /** Returns one to six frames in a row. */
    private byte[] some(List<byte[]> frames) {
        var out = new ByteArrayOutputStream();
        for (int left = random.nextInt(1, 7); left > 0; left--)
            out.writeBytes(frames.get(random.nextInt(frames.size())));
        return out.toByteArray();
    }

    /** Changes, drops or adds some bytes, mostly in the first of them; one in four stays as is. */
    private byte[] mutate(byte[] bytes) {
        byte[] result = bytes;
        for (int left = random.nextInt(4); left > 0 && result.length > 0; left--) {
            int at = random.nextInt(random.nextInt(4) == 0 ? result.length : 16) % result.length;
            switch (random.nextInt(4)) {
                case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> result[at] = (byte) random.nextInt(256);
                case 2 -> result = Arrays.copyOf(result, at);
                default -> {
                    byte[] longer = Arrays.copyOf(result, result.length + 1);
                    System.arraycopy(result, at, longer, at + 1, result.length - at);
                    result = longer;
                }
            }
        }
        return result;
    }
}

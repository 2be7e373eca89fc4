//SOURCES ../shared/TestRun.java ../../lib/script/NetworkText.java
package tests.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import script.NetworkText;

import tests.shared.TestRun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text from the network: characters cut anywhere, malformed bytes, control characters. */
class NetworkTextTest {
    public static void main(String... args) {
        TestRun.main(NetworkTextTest.class);
    }

    private static String decodeByteByByte(byte... bytes) {
        var text = new NetworkText();
        var decoded = new StringBuilder();
        for (byte b : bytes) decoded.append(text.decode(ByteBuffer.wrap(new byte[] {b})));
        return decoded.append(text.end()).toString();
    }

    @Test
    void keepsCharactersOfEveryLengthWholeWhereverTheyAreCut() {
        String text = "aé中😀z";
        assertEquals(text, decodeByteByByte(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void replacesWhatIsNoUtf8() {
        assertEquals("\uFFFD\uFFFD!", decodeByteByByte((byte) 0xff, (byte) 0xc0, (byte) '!'));
        assertEquals("\uFFFDA", decodeByteByByte((byte) 0xe4, (byte) 0xb8, (byte) 'A'));
    }

    @Test
    void replacesACharacterThatNeverEndsAtTheEndOnly() {
        var text = new NetworkText();
        assertEquals(
                "",
                text.decode(ByteBuffer.wrap(new byte[] {(byte) 0xf0, (byte) 0x9f, (byte) 0x98})));
        assertEquals("\uFFFD", text.end());
    }

    @Test
    void escapesControlsAndWhatDeceivesTheEye() {
        assertEquals(
                "a\\n\\r\\t\\u0000\\u001b\\u007f\\u0085",
                NetworkText.escape("a\n\r\t\0\u001b\u007f\u0085"));
        assertEquals("\\u2028\\u202e\\ufeff", NetworkText.escape("\u2028\u202e\ufeff"));
        assertEquals("back\\slash", NetworkText.escape("back\\slash"));
    }
}

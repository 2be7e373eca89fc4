//SOURCES HttpCase.java
package tests.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The requests of the cases, changed at random; the same seed gives the same ones. */
final class Mutations {
    private static final List<String> TOKENS =
            List.of(
                    "\r\n",
                    "\n",
                    "\r",
                    "\0",
                    "\t",
                    " ",
                    ":",
                    ";",
                    ",",
                    "=",
                    "0",
                    "-1",
                    "+1",
                    "0x1",
                    "99999999999999999999",
                    "chunked",
                    "Transfer-Encoding: chunked\r\n",
                    "Content-Length: 3\r\n",
                    "Host: b\r\n",
                    "Expect: 100-continue\r\n",
                    "%zz",
                    "%00",
                    "\u00ff",
                    "HTTP/1.1",
                    "HTTP/1.0",
                    "GET ",
                    "HEAD ",
                    "POST ",
                    "http://a",
                    "*",
                    "\r\n\r\n",
                    "0\r\n\r\n",
                    "Connection: close\r\n",
                    "\"",
                    "[::1]");

    /** A case longer than this is about a limit; the fuzzer's limits are lower. */
    private static final int LONGEST = 1000;

    private static final List<byte[]> SEEDS =
            HttpCase.all().stream()
                    .map(HttpCase::request)
                    .filter(request -> request.length <= LONGEST)
                    .toList();

    private final SplittableRandom random;

    Mutations(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] next() {
        byte[] bytes = anySeed();
        // One in eight stays unchanged, so that there are well-formed requests too.
        for (int left = random.nextInt(8); left > 0; left -= random.nextInt(1, 5)) {
            bytes = mutate(bytes);
        }
        return bytes.length == 0 ? new byte[] {'\r'} : bytes;
    }

    private byte[] anySeed() {
        return SEEDS.get(random.nextInt(SEEDS.size()));
    }

    private byte[] mutate(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(1, 12));
        return switch (random.nextInt(7)) {
            case 0 -> replace(bytes, at, to, new byte[0]);
            case 1 -> replace(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 2 -> replace(bytes, at, at, token());
            case 3 -> replace(bytes, at, to, token());
            case 4 -> replace(bytes, at, at, new byte[] {(byte) random.nextInt(256)});
            case 5 -> Arrays.copyOf(bytes, at);
            default -> replace(bytes, at, at, anySeed());
        };
    }

    private byte[] token() {
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        return token.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }
}

//SOURCES ../shared/Kit.java
package tests.http;

import tests.shared.Kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The requests of {@code tests/corpus}, changed at random; the same seed gives the same ones. */
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

    private final SplittableRandom random;
    private final List<byte[]> corpus;

    Mutations(long seed) {
        random = new SplittableRandom(seed);
        try (Stream<Path> files = Files.list(Kit.ROOT.resolve("tests/corpus"))) {
            corpus = files.sorted().map(Mutations::read).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] next() {
        byte[] bytes = anyOfCorpus();
        // One in eight stays as it is, so that what is well formed is met as well.
        for (int left = random.nextInt(8); left > 0; left -= random.nextInt(1, 5)) {
            bytes = mutate(bytes);
        }
        return bytes.length == 0 ? new byte[] {'\r'} : bytes;
    }

    private byte[] anyOfCorpus() {
        return corpus.get(random.nextInt(corpus.size()));
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
            default -> replace(bytes, at, at, anyOfCorpus());
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

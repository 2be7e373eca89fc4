//JAVA 25+
//SOURCES ../../lib/script/Script.java ../shared/HttpAnswer.java ../shared/Kit.java LocalHttp.java
//SOURCES ../inside/aio/http/ParserProbe.java Mutations.java
package tests.http;

import aio.http.Limits;
import aio.http.ParserProbe;
import aio.http.ParserProbe.Outcome;
import aio.http.ParserProbe.Seen;

import script.Script;
import script.ScriptException;

import tests.shared.HttpAnswer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** {@code ./jbang fuzz}: sends mutated requests to the parser, and through a socket. */
public final class HttpFuzz {
    private static final String USAGE =
            """
            fuzz [--parser N] [--socket N] [--seed N]

            Throws mutated requests at the HTTP parser, and through a socket at the server.

              --parser  how many at the parser (default 1000000)
              --socket  how many through a socket (default 100000)
              --seed    where the random numbers begin (default 1); the same seed, the same requests
            """;

    private static final Limits LIMITS = Limits.DEFAULT.withSizes(200, 400, 20, 300);
    private static final Set<Integer> REFUSALS = Set.of(400, 411, 413, 414, 417, 431, 501, 505);

    private HttpFuzz() {}

    public static void main(String... args) throws Exception {
        Script.run(
                USAGE,
                args,
                a -> {
                    int seed = a.number("--seed", 1, 0, 999_999_999);
                    int parsed = a.number("--parser", 1_000_000, 0, 999_999_999);
                    int sent = a.number("--socket", 100_000, 0, 999_999_999);
                    IO.println(parser(seed, parsed) + " through the parser: all is well");
                    IO.println(socket(seed, sent) + " through a socket: all is well");
                });
    }

    /**
     * Sends so many requests through the parser and returns their number; fails if one is wrong.
     */
    static int parser(long seed, int count) {
        var mutations = new Mutations(seed);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            byte[] bytes = mutations.next();
            String where = where(seed, i, bytes);
            try {
                Outcome whole = ParserProbe.parse(bytes, LIMITS, () -> bytes.length);
                check(where, whole, ParserProbe.parse(bytes, LIMITS, () -> 1));
                check(where, whole, ParserProbe.parse(bytes, LIMITS, () -> random.nextInt(1, 20)));
            } catch (RuntimeException e) {
                throw new ScriptException("the parser threw " + e + where);
            }
        }
        return count;
    }

    /** Asserts what holds for every input: the way the bytes are cut makes no difference. */
    static void check(String where, Outcome whole, Outcome inPieces) {
        if (!whole.equals(inPieces)) {
            throw new ScriptException("whole: " + whole + "\nin pieces: " + inPieces + where);
        }
        if (whole.refusal() != 0 && !REFUSALS.contains(whole.refusal())) {
            throw new ScriptException("refused with " + whole.refusal() + where);
        }
    }

    /** Sends so many requests through a socket, each on a connection of its own. */
    static int socket(long seed, int count) {
        var mutations = new Mutations(seed);
        try (var http = new LocalHttp((request, response) -> response.write("ok"), LIMITS)) {
            for (int i = 0; i < count; i++) {
                byte[] bytes = mutations.next();
                String where = where(seed, i, bytes);
                checkAnswers(where, expected(bytes), answers(http, bytes, where));
                if (!http.failures.isEmpty()) throw new ScriptException(http.failures + where);
            }
        }
        return count;
    }

    /** Returns the statuses of the answers; a request that is not complete gets none. */
    private static List<Integer> expected(byte[] bytes) {
        Outcome outcome = ParserProbe.parse(bytes, LIMITS, () -> bytes.length);
        var statuses = new ArrayList<Integer>();
        for (Seen request : outcome.requests()) {
            statuses.add(200);
            if (!request.keepsAlive()) return statuses;
        }
        if (outcome.refusal() != 0) statuses.add(outcome.refusal());
        return statuses;
    }

    static void checkAnswers(String where, List<Integer> expected, List<Integer> got) {
        if (!expected.equals(got)) {
            throw new ScriptException("expected " + expected + ", answered " + got + where);
        }
    }

    private static List<Integer> answers(LocalHttp http, byte[] bytes, String where) {
        var heads =
                ParserProbe.parse(bytes, LIMITS, () -> bytes.length).requests().stream()
                        .map(request -> request.method().equals("HEAD"))
                        .iterator();
        var statuses = new ArrayList<Integer>();
        try (var client = http.connect()) {
            client.send(bytes).endOutput();
            while (true) {
                boolean toHead = heads.hasNext() && heads.next();
                HttpAnswer answer = HttpAnswer.read(client, !toHead);
                while (answer != null && answer.status() == 100) {
                    answer = HttpAnswer.read(client, !toHead);
                }
                if (answer == null) return statuses;
                statuses.add(answer.status());
            }
        } catch (RuntimeException | AssertionError e) {
            throw new ScriptException("the answers " + statuses + ", then " + e + where);
        }
    }

    private static String where(long seed, int number, byte[] bytes) {
        return "\nseed " + seed + ", number " + number + ": " + escape(bytes);
    }

    private static String escape(byte[] bytes) {
        var text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c == '\r') text.append("\\r");
            else if (c == '\n') text.append("\\n");
            else if (c < ' ' || c > '~') text.append("\\x%02X".formatted((int) c));
            else text.append(c);
        }
        return text.toString();
    }
}

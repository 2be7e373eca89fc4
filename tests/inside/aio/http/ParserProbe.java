//SOURCES ../../../../lib/aio/http/RequestParser.java
package aio.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/** Gives the tests access to the request parser, which is not public. */
public final class ParserProbe {
    /** A parsed request, and whether its client keeps the connection. */
    public record Seen(String method, boolean keepsAlive, String text) {}

    /** The parsed requests, and the status of the error after them; 0 without one. */
    public record Outcome(List<Seen> requests, int refusal) {}

    private ParserProbe() {}

    /** Feeds all bytes, in pieces of the supplier's lengths, and collects the requests. */
    public static Outcome parse(byte[] bytes, Limits limits, IntSupplier pieceLength) {
        var parser = new RequestParser(limits.sizes());
        var requests = new ArrayList<Seen>();
        try {
            for (int from = 0, to; from < bytes.length; from = to) {
                to = Math.min(bytes.length, from + pieceLength.getAsInt());
                parser.feed(Arrays.copyOfRange(bytes, from, to));
                HttpRequest request;
                while ((request = parser.poll()) != null) requests.add(seen(request));
            }
        } catch (HttpException e) {
            return new Outcome(requests, e.status());
        }
        return new Outcome(requests, 0);
    }

    private static Seen seen(HttpRequest request) {
        String text =
                request
                        + " "
                        + request.path()
                        + " "
                        + request.host()
                        + "\n"
                        + request.headers()
                        + Arrays.hashCode(request.body());
        return new Seen(request.method(), request.keepsAlive(), text);
    }
}

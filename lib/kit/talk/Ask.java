//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
// A request is sent only once, even if it fails.
//JAVA_OPTIONS -Djdk.httpclient.redirects.retrylimit=1
//JAVA_OPTIONS -Djdk.httpclient.allowRestrictedHeaders=connection,host
//SOURCES ../../script/Script.java Shown.java
package kit.talk;

import script.Arguments;
import script.Script;
import script.ScriptException;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** {@code ./jbang ask}: sends a request to a web server and prints the answer, like curl. */
public final class Ask {
    private static final String USAGE =
            """
            ask [url] [--include] [--head] [--data TEXT] [--header TEXT] [--request METHOD] [--times N]

            Requests a page from a web server and prints its body, even if the status is an error.
            To see an answer byte for byte, use ./jbang talk.

              -i, --include         also prints the status and the header fields
              -I, --head            requests and prints only the status and the header fields (HEAD)
              -d, --data TEXT       sends form data (POST)
              -H, --header TEXT     sends a header field: 'Name: value'
              -X, --request METHOD  uses another method
              --times N             sends the request N times at once and prints all answers
            """;
    private static final Map<String, String> LONG =
            Map.of(
                    "-i", "--include",
                    "-I", "--head",
                    "-d", "--data",
                    "-H", "--header",
                    "-X", "--request");

    private Ask() {}

    /**
     * Sends the request, once or several times at once, and prints the answers.
     *
     * @param args see the usage text
     * @throws Exception if the answer cannot be printed
     */
    public static void main(String... args) throws Exception {
        String[] words =
                Stream.of(args).map(arg -> LONG.getOrDefault(arg, arg)).toArray(String[]::new);
        Script.run(USAGE, words, Ask::ask);
    }

    private static void ask(Arguments arguments) throws Exception {
        HttpRequest request = request(arguments);
        boolean withHead = arguments.has("--include") || arguments.has("--head");
        List<CompletableFuture<HttpResponse<InputStream>>> answers = new ArrayList<>();
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = arguments.number("--times", 1, 1, 10_000); i > 0; i--)
            answers.add(client.sendAsync(request, BodyHandlers.ofInputStream()));
        for (var answer : answers) print(await(answer, request.uri()), withHead);
    }

    private static HttpRequest request(Arguments arguments) {
        String data = arguments.text("--data", null);
        String method = arguments.has("--head") ? "HEAD" : data == null ? "GET" : "POST";
        try {
            var request = HttpRequest.newBuilder(url(arguments.text("url", "")));
            request.method(
                    arguments.text("--request", method),
                    data == null ? BodyPublishers.noBody() : BodyPublishers.ofString(data));
            if (data != null) request.header("Content-Type", "application/x-www-form-urlencoded");
            String[] field = arguments.text("--header", "").split(": *", 2);
            if (field.length == 2) request.setHeader(field[0], field[1]);
            else if (arguments.has("--header"))
                throw new ScriptException("a header field is written 'Name: value'");
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new ScriptException("cannot send this request: " + e.getMessage());
        }
    }

    private static URI url(String text) {
        if (text.isEmpty())
            throw new ScriptException(
                    "ask needs a URL, for example http://localhost:8080/index (try --help)");
        return URI.create(text.contains("://") ? text : "http://" + text);
    }

    private static HttpResponse<InputStream> await(
            CompletableFuture<HttpResponse<InputStream>> answer, URI url) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new ScriptException(explanation(e, url));
        }
    }

    /** The JDK's client wraps exceptions in others; this looks for the one that says the reason. */
    private static String explanation(Throwable failure, URI url) {
        List<Throwable> causes =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        if (causes.stream().anyMatch(UnresolvedAddressException.class::isInstance))
            return "unknown host '" + url.getHost() + "': check its spelling, or use localhost";
        if (causes.stream().anyMatch(ConnectException.class::isInstance))
            return "nobody listens on " + url.getAuthority() + ": start a server there first";
        return noAnswer(url) + ": " + causes.getLast().getMessage();
    }

    private static void print(HttpResponse<InputStream> answer, boolean withHead)
            throws IOException {
        if (withHead) {
            byte[] head = head(answer).getBytes(StandardCharsets.UTF_8);
            Shown.write(head, head.length);
        }
        try (InputStream body = answer.body()) {
            Shown.copy(body, noAnswer(answer.uri()));
        }
    }

    private static String noAnswer(URI url) {
        return "no complete answer from " + url.getAuthority();
    }

    private static String head(HttpResponse<?> answer) {
        var head = new StringBuilder("HTTP/1.1 " + answer.statusCode() + "\r\n");
        answer.headers()
                .map()
                .forEach((name, values) ->
                        values.forEach(value -> head.append(name + ": " + value + "\r\n")));
        return head.append("\r\n").toString();
    }
}

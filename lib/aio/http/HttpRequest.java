//SOURCES Headers.java HttpException.java Parameters.java Syntax.java
package aio.http;

import module java.base;

/**
 * A complete, well-formed request, as a server received it. It does not change, and any thread may
 * read it. Counterpart: Tornado's {@code HTTPServerRequest}.
 */
public final class HttpRequest {
    private final String method;
    private final String target;
    private final int minorVersion;
    private final Headers headers;
    private final String path;
    private final Parameters query;
    private final String host;

    /** The parser sets it once, before it returns the request. */
    byte[] body;

    /** Checks the form of the target, which depends on the method (RFC 9112, section 3.2). */
    HttpRequest(String method, String target, int minorVersion, String host, Headers headers)
            throws HttpException {
        this.method = method;
        this.target = target;
        this.minorVersion = minorVersion;
        this.headers = headers;
        String origin = target;
        String authority = host;
        if (method.equals("CONNECT")) {
            if (!Syntax.isAuthority(target) || target.endsWith(":") || target.indexOf(':') < 0) {
                throw new HttpException(400, "CONNECT needs host:port");
            }
            origin = "";
        } else if (target.equals("*") && method.equals("OPTIONS")) {
            origin = "*";
        } else if (target.charAt(0) != '/') {
            int begin = target.regionMatches(true, 0, "http://", 0, 7) ? 7 : target.length();
            int end = begin;
            while (end < target.length() && "/?".indexOf(target.charAt(end)) < 0) end++;
            authority = target.substring(begin, end);
            if (!Syntax.isAuthority(authority)) {
                throw new HttpException(400, "a target that is neither a path nor an http URI");
            }
            origin = target.substring(end);
            if (!origin.startsWith("/")) origin = "/" + origin;
        }
        int mark = origin.indexOf('?');
        this.path = Syntax.decode(mark < 0 ? origin : origin.substring(0, mark), false);
        this.query = mark < 0 ? null : new Parameters(origin.substring(mark + 1));
        this.host = authority;
    }

    /**
     * Returns a request without fields and content: what a request line and a Host field say.
     *
     * @param target the request target, as it was sent
     * @param minorVersion 1 for HTTP/1.1
     * @param host the value of the Host field, or null
     * @throws HttpException 400 if the target is none that this method allows (RFC 9112, section
     *     3.2), or if the host is malformed or is missing in HTTP/1.1
     */
    public static HttpRequest of(String method, String target, int minorVersion, String host)
            throws HttpException {
        checkHost(host, minorVersion);
        checkTarget(target);
        return new HttpRequest(method, target, minorVersion, host, new Headers());
    }

    static void checkHost(String host, int minorVersion) throws HttpException {
        if (host == null && minorVersion > 0) throw new HttpException(400, "no Host header");
        if (host != null && !Syntax.isAuthority(host))
            throw new HttpException(400, "a malformed Host header");
    }

    static void checkTarget(String target) throws HttpException {
        if (!Syntax.isTarget(target))
            throw new HttpException(400, "a target with a character that must be encoded");
    }

    /** Returns the method as it was sent. It may be any token; methods are in upper case. */
    public String method() {
        return method;
    }

    /** Returns the request target as it was sent. */
    public String target() {
        return target;
    }

    /** Returns the target's path, percent-decoded once; {@code *} stands for the whole server. */
    public String path() {
        return path;
    }

    /** Returns the first value of that name in the query, or null. */
    public String query(String name) {
        return query == null ? null : query.get(name);
    }

    /**
     * Returns the host that the client named, with the port if it named one; null in HTTP/1.0
     * without a Host field.
     */
    public String host() {
        return host;
    }

    /** Returns the header fields; to change them is an {@code IllegalStateException}. */
    public Headers headers() {
        return headers;
    }

    /** Returns the content; don't change the array. */
    public byte[] body() {
        return body;
    }

    /**
     * Returns the content as the fields of a form.
     *
     * @throws HttpException 415 if the Content-Type is not that of a form; 400 if it is malformed
     */
    public Parameters form() throws HttpException {
        String type = Objects.requireNonNullElse(headers.get("Content-Type"), "");
        int end = type.indexOf(';') < 0 ? type.length() : type.indexOf(';');
        if (!Syntax.isWord(type.substring(0, end).strip(), "application/x-www-form-urlencoded")) {
            throw new HttpException(415, "this is not a form");
        }
        return new Parameters(new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Returns the value of the first cookie of that name, or null (RFC 6265, section 5.4). */
    public String cookie(String name) {
        for (String line : headers.getAll("Cookie")) {
            for (String pair : line.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /** Returns whether the version is HTTP/1.0. */
    boolean isHttp10() {
        return minorVersion == 0;
    }

    /**
     * Returns whether the client asks to speak another protocol (RFC 9110, section 7.8), see {@link
     * HttpResponse#upgrade}.
     *
     * @param protocol in lower case, for example {@code websocket}
     */
    public boolean asksFor(String protocol) {
        return minorVersion > 0 && lists("Upgrade", protocol) && lists("Connection", "upgrade");
    }

    /** Returns whether the client lets the connection go on (RFC 9112, section 9.3). */
    boolean keepsAlive() {
        if (headers.get("Connection") == null) return minorVersion > 0;
        return !lists("Connection", "close")
                && (minorVersion > 0 || lists("Connection", "keep-alive"));
    }

    private boolean lists(String field, String option) {
        return headers.getAll(field).stream()
                .flatMap(list -> Stream.of(list.split(",")))
                .anyMatch(word -> Syntax.isWord(word.strip(), option));
    }

    /** Returns the request line, for a log. */
    @Override
    public String toString() {
        return method + " " + target + " HTTP/1." + minorVersion;
    }
}

//SOURCES ../http/HttpException.java ../http/HttpRequest.java ../http/HttpResponse.java
package aio.web;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;

/**
 * Answers the requests of one route: override the methods that it supports. Each request has a
 * handler of its own, whose method runs as a coroutine and may await. Counterpart: Tornado's {@code
 * RequestHandler}.
 */
public abstract class RequestHandler {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private HttpRequest request;
    private HttpResponse response;
    private Matcher path;

    /** For subclasses. */
    protected RequestHandler() {}

    /** Answers GET, and HEAD unless that is overridden too. */
    protected void get() throws Exception {
        refuseMethod();
    }

    /** Answers HEAD; the content of {@link #get} is not sent. */
    protected void head() throws Exception {
        get();
    }

    /** Answers POST. */
    protected void post() throws Exception {
        refuseMethod();
    }

    /** Answers PUT. */
    protected void put() throws Exception {
        refuseMethod();
    }

    /** Answers PATCH. */
    protected void patch() throws Exception {
        refuseMethod();
    }

    /** Answers DELETE. */
    protected void delete() throws Exception {
        refuseMethod();
    }

    /** Answers OPTIONS: by default 204 with the methods that there are. */
    protected void options() throws Exception {
        status(204);
        header("Allow", allowed());
    }

    /** Returns the request. */
    protected final HttpRequest request() {
        return request;
    }

    /** Returns the answer, for what has no shorthand here. */
    protected final HttpResponse response() {
        return response;
    }

    /** Returns what the route's n-th group matched in the path, from 1 on. */
    protected final String pathArgument(int n) {
        return path.group(n);
    }

    /**
     * Returns the first value of that name in the query, or in the form that was posted.
     *
     * @throws HttpException 400, if there is none. Counterpart: {@code get_argument}.
     */
    protected final String argument(String name) throws HttpException {
        String value = argument(name, null);
        if (value == null) throw new HttpException(400, "the argument " + name + " is missing");
        return value;
    }

    /** As {@link #argument(String)}, with a value for when there is none. */
    protected final String argument(String name, String otherwise) throws HttpException {
        String value = request.query(name);
        if (value == null && request.body().length > 0) value = request.form().get(name);
        return value == null ? otherwise : value;
    }

    /** See {@link HttpResponse#status(int)}. */
    protected final void status(int code) {
        response.status(code);
    }

    /** See {@link HttpResponse#header}. */
    protected final void header(String name, String value) {
        response.header(name, value);
    }

    /** See {@link HttpResponse#write(String)}. */
    protected final void write(String text) {
        response.write(text);
    }

    /** See {@link HttpResponse#write(byte[])}. */
    protected final void write(byte[] bytes) {
        response.write(bytes);
    }

    /** Sends the client to another address, which it asks with GET: status 303 (See Other). */
    protected final void redirect(String location) {
        status(303);
        header("Location", location);
    }

    /**
     * Calls the method for the request's method; 501 if there is none. Override it to answer all.
     */
    protected void handle() throws Exception {
        switch (request.method()) {
            case "GET" -> get();
            case "HEAD" -> head();
            case "POST" -> post();
            case "PUT" -> put();
            case "PATCH" -> patch();
            case "DELETE" -> delete();
            case "OPTIONS" -> options();
            default -> throw new HttpException(501, "the method is not known here");
        }
    }

    final void handle(HttpRequest request, HttpResponse response, Matcher path) throws Exception {
        this.request = request;
        this.response = response;
        this.path = path;
        handle();
    }

    private void refuseMethod() throws HttpException {
        var refusal = new HttpException(405, "this page does not know " + request.method());
        refusal.headers().add("Allow", allowed());
        throw refusal;
    }

    /** Returns the methods that the handler's class answers, for Allow (RFC 9110, 15.5.6). */
    private String allowed() {
        var names = new TreeSet<>(Set.of("OPTIONS"));
        for (Class<?> c = getClass(); c != RequestHandler.class; c = c.getSuperclass()) {
            for (var method : c.getDeclaredMethods()) {
                String name = method.getName().toUpperCase(Locale.ROOT);
                if (METHODS.contains(name) && method.getParameterCount() == 0) names.add(name);
            }
        }
        if (names.contains("GET")) names.add("HEAD");
        return String.join(", ", names);
    }
}

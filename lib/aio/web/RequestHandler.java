//SOURCES ../http/HttpException.java ../http/HttpRequest.java ../http/HttpResponse.java
package aio.web;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;

/**
 * Answers the requests of one route. Override the methods that the route supports; the others are
 * answered with 405. Each request gets a handler of its own, whose method runs in a coroutine and
 * may await. Counterpart: Tornado's {@code RequestHandler}.
 */
public abstract class RequestHandler {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private HttpRequest request;
    private HttpResponse response;
    private Matcher path;

    /** For subclasses. */
    protected RequestHandler() {}

    /** Answers GET, and also HEAD unless {@link #head} is overridden. */
    protected void get() throws Exception {
        refuseMethod();
    }

    /** Answers HEAD; by default calls {@link #get}, whose content is not sent. */
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

    /** Answers OPTIONS; by default with 204 and the supported methods in Allow. */
    protected void options() throws Exception {
        status(204);
        header("Allow", allowed());
    }

    /** Returns the request. */
    protected final HttpRequest request() {
        return request;
    }

    /** Returns the answer, for everything that has no shorthand in this class. */
    protected final HttpResponse response() {
        return response;
    }

    /** Returns the part of the path that group {@code n} of the route matched, counted from 1. */
    protected final String pathArgument(int n) {
        return path.group(n);
    }

    /**
     * Returns the first value of that name in the query or, if there is none, in the posted form.
     * Counterpart: {@code get_argument}.
     *
     * @throws HttpException 400 if there is none; 400 or 415 if the content is not a form
     */
    protected final String argument(String name) throws HttpException {
        String value = argument(name, null);
        if (value == null) throw new HttpException(400, "the argument " + name + " is missing");
        return value;
    }

    /** As {@link #argument(String)}, but returns {@code otherwise} if there is no value. */
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

    /** Redirects the client to another address, which it requests with GET: 303 (See Other). */
    protected final void redirect(String location) {
        status(303);
        header("Location", location);
    }

    /**
     * Calls {@link #get}, {@link #post} or another, as the request's method says; answers 501 for
     * an unknown method. Override it to answer all methods alike.
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
            default -> throw new HttpException(501, "this server does not support the method");
        }
    }

    final void handle(HttpRequest request, HttpResponse response, Matcher path) throws Exception {
        this.request = request;
        this.response = response;
        this.path = path;
        handle();
    }

    private void refuseMethod() throws HttpException {
        var refusal = new HttpException(405, "this page does not support " + request.method());
        refusal.headers().add("Allow", allowed());
        throw refusal;
    }

    /** Returns the methods that the handler's class overrides, for Allow (RFC 9110, 15.5.6). */
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

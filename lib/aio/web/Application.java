//SOURCES ../http/HttpHandler.java RequestHandler.java
package aio.web;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpHandler;
import aio.http.HttpRequest;
import aio.http.HttpResponse;

/**
 * Finds the handler of a request by its path. A route is a regular expression that the whole path
 * must match, after percent-decoding and without the query. The first route that matches wins; if
 * none does, the answer is 404. Counterpart: Tornado's {@code Application}.
 */
public final class Application implements HttpHandler {
    private record Route(Pattern pattern, Supplier<? extends RequestHandler> handler) {}

    private final List<Route> routes = new ArrayList<>();

    /** Makes an application without routes. */
    public Application() {}

    /**
     * Adds a route after the others. Add all routes before the server starts.
     *
     * @param pattern for example {@code /users/(\d+)}, see {@link RequestHandler#pathArgument}
     * @param handler makes a handler for each request
     * @throws PatternSyntaxException if the pattern is not a regular expression
     */
    public Application route(String pattern, Supplier<? extends RequestHandler> handler) {
        routes.add(new Route(Pattern.compile(pattern), handler));
        return this;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws Exception {
        if (request.method().equals("CONNECT"))
            throw new HttpException(501, "this server is not a proxy");
        if (request.path().equals("*")) {
            response.status(204); // RFC 9110, section 9.3.7: about the whole server
            return;
        }
        for (Route route : routes) {
            Matcher path = route.pattern.matcher(request.path());
            if (path.matches()) {
                route.handler.get().handle(request, response, path);
                return;
            }
        }
        throw new HttpException(404, "there is no such page");
    }
}

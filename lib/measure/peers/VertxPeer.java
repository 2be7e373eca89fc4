//JAVA 25+
//DEPS io.vertx:vertx-core:5.1.5
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
package measure.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;

/** Answers {@code GET /index} with Vert.x on one loop. */
public final class VertxPeer {
    private VertxPeer() {}

    /** Serves until the process is ended. */
    public static void main() {
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
                .requestHandler(request -> {
                    var response = request.response();
                    response.putHeader("Content-Type", "text/plain; charset=utf-8");
                    if (!request.path().equals("/index")) response.setStatusCode(404);
                    response.end("ok");
                })
                .listen(0, "localhost")
                .onSuccess(
                        server -> IO.println("server started on localhost:" + server.actualPort()));
    }
}

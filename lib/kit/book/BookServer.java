//SOURCES ../../aio/http/HttpServer.java ../../script/Script.java ../../script/Sockets.java
//SOURCES ../../aio/web/Application.java
package kit.book;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;

import script.Script;
import script.Server;
import script.Sockets;

/** Serves a folder of files with the book's own HTTP server. */
final class BookServer {
    private static final int PORT = 8000;
    private static final String USAGE =
            """
            book --serve [host] [port]

            Serves the book.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8000)
            """;
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "png", "image/png");

    private BookServer() {}

    static void serve(Path folder, String... args) throws Exception {
        Script.serve(USAGE, args, a -> start(folder, a.host(), a.port(PORT)));
    }

    private static Server start(Path folder, String host, int port) throws Exception {
        var http =
                new HttpServer(
                        new Application()
                                .route(
                                        "/((?:(?:measured|recordings)/)?[\\w.-]*)",
                                        () -> new FileHandler(folder)));
        return Server.start(
                host,
                Sockets.listen(host, port),
                listener -> http.run(listener, Duration.ofSeconds(2)),
                () -> http.accepted() + " clients");
    }

    /**
     * Serves the files of one folder; the route matches no path into another one, except its
     * pictures and recordings.
     */
    private static final class FileHandler extends RequestHandler {
        private final Path folder;

        FileHandler(Path folder) {
            this.folder = folder;
        }

        @Override
        protected void get() throws Exception {
            String name = pathArgument(1).isEmpty() ? "index.html" : pathArgument(1);
            String type = TYPES.get(name.replaceAll(".*\\.", ""));
            Path file = folder.resolve(name);
            if (type == null || !Files.isRegularFile(file))
                throw new HttpException(404, "there is no such page");
            header("Content-Type", type);
            write(Files.readAllBytes(file));
        }
    }
}

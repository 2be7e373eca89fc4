//SOURCES ../../aio/http/HttpServer.java ../../script/Script.java ../../script/Sockets.java
//SOURCES ../../aio/web/Application.java ../Checkout.java ../EventStream.java
//SOURCES LiveBook.java LivePages.java
package kit.book;

import static aio.EventLoop.await;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpServer;
import aio.http.Limits;
import aio.web.Application;
import aio.web.RequestHandler;

import kit.Checkout;
import kit.EventStream;

import script.Script;
import script.Server;
import script.Sockets;

/** Serves the book's folder with the book's own HTTP server, and tells pages of new versions. */
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
                    "js", "text/javascript; charset=utf-8");

    /** What a served page has in its head, and a page of the folder doesn't. */
    private static final String LIVE =
            """
            <link rel="stylesheet" href="live.css">
            <script src="live.js" data-page="%s" data-version="%d" data-kind="%s" data-notice="%s" \
            defer></script>
            </head>\
            """;

    private static final Pattern SPECIAL = Pattern.compile("[&<>\"]");

    /** A page in the background of a browser may read nothing for a while. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private BookServer() {}

    /**
     * Makes the book and serves it until Ctrl-C. The port is taken first, because it would be a
     * pity to make the book for a port that is in use.
     *
     * @param args the host and the port, if they were given
     * @param maker makes the book
     */
    static void serve(Path folder, List<String> args, Callable<LiveBook> maker) throws Exception {
        Script.run(
                USAGE,
                args.toArray(String[]::new),
                a -> {
                    try (var listener = Sockets.listen(a.host(), a.port(PORT))) {
                        LiveBook book = maker.call();
                        Script.serve(
                                USAGE, new String[0], _ -> start(folder, book, a.host(), listener));
                    }
                });
    }

    private static Server start(
            Path folder, LiveBook book, String host, ServerSocketChannel listener)
            throws IOException {
        LivePages pages = book.pages();
        var routes =
                new Application()
                        .route("/changes", () -> new Changes(pages))
                        .route(
                                "/(live\\.(?:css|js))",
                                () -> new FileHandler(Checkout.ROOT.resolve("lib/kit/book"), pages))
                        .route("/((?:recordings/)?[\\w.-]*)", () -> new FileHandler(folder, pages));
        var times = Limits.DEFAULT.times();
        var http =
                new HttpServer(
                        routes,
                        Limits.DEFAULT.withTimes(
                                times.header(), times.body(), times.idle(), PATIENCE));
        int port = listener.socket().getLocalPort();
        return Server.start(
                host,
                port,
                () -> http.run(listener, Duration.ofSeconds(2)),
                book::close,
                () -> http.accepted() + " clients");
    }

    /**
     * Serves the files of one folder; the route matches no path into another one, except its
     * recordings.
     */
    private static final class FileHandler extends RequestHandler {
        private final Path folder;
        private final LivePages pages;

        FileHandler(Path folder, LivePages pages) {
            this.folder = folder;
            this.pages = pages;
        }

        @Override
        protected void get() throws Exception {
            String name = pathArgument(1).isEmpty() ? "index.html" : pathArgument(1);
            String type = TYPES.get(name.replaceAll(".*\\.", ""));
            Path file = folder.resolve(name);
            if (type == null || !Files.isRegularFile(file))
                throw new HttpException(404, "there is no such page");
            header("Content-Type", type);
            header("Cache-Control", "no-cache"); // the next version may come at any time
            if (name.endsWith(".html")) write(live(name, Files.readString(file)));
            else write(Files.readAllBytes(file));
        }

        private String live(String name, String html) {
            var version = pages.of(name);
            var notice = version.notice();
            String kind = notice.kind().name().toLowerCase(Locale.ROOT);
            String head = LIVE.formatted(name, version.number(), kind, escaped(notice.text()));
            return html.replaceFirst("</head>", Matcher.quoteReplacement(head));
        }

        private static String escaped(String text) {
            return SPECIAL.matcher(text)
                    .replaceAll(special -> "&#" + (int) special.group().charAt(0) + ";");
        }
    }

    /**
     * Answers with one event as soon as a page has another version than the one that the browser
     * has.
     */
    private static final class Changes extends EventStream {
        private final LivePages pages;

        Changes(LivePages pages) {
            this.pages = pages;
        }

        @Override
        protected void events() throws Exception {
            long version;
            try {
                version = Long.parseLong(argument("version"));
            } catch (NumberFormatException e) {
                throw new HttpException(400, "the version is no number");
            }
            write(": waiting\n\n");
            response().flush();
            if (await(pages.change(argument("page"), version))) write("data: changed\n\n");
        }
    }
}

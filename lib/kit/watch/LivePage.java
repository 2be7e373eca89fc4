//DEPS org.webjars:highlightjs:11.11.1
//SOURCES Pages.java ../Checkout.java ../EventStream.java ../book/PlayerFiles.java
//SOURCES ../../aio/SleepEvent.java ../../aio/http/HttpServer.java
//SOURCES ../../aio/web/Application.java ../../script/Sockets.java
package kit.watch;

import static aio.EventLoop.await;

import module java.base;

import aio.EventLoop;
import aio.SleepEvent;
import aio.http.HttpServer;
import aio.http.Limits;
import aio.web.Application;
import aio.web.RequestHandler;

import kit.Checkout;
import kit.EventStream;
import kit.book.PlayerFiles;

import script.Sockets;

/**
 * Serves the page that shows a running chapter, to this machine only: the player, and the steps as
 * server-sent events (the HTML standard's {@code text/event-stream}).
 */
final class LivePage {
    private static final String HTML =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>watch CHAPTER</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="book.css">
            <script src="theme.js"></script>
            <script src="highlight.min.js" defer></script>
            PLAYER
            </head>
            <body>
            <main>
            <h1>watch CHAPTER</h1>
            <figure class="player" data-live="/steps"></figure>
            </main>
            </body>
            </html>
            """;

    private static final String HIGHLIGHTER =
            "META-INF/resources/webjars/highlightjs/11.11.1/highlight.min.js";

    private static final Map<String, String> TYPES =
            Map.of("css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8");

    /** A page in the background of a browser may read nothing for a while. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private static final Duration PAUSE_WHEN_BEHIND = Duration.ofMillis(100);

    private LivePage() {}

    /**
     * Starts the server on a thread of its own, which ends with the JVM.
     *
     * @param chapter the chapter's name
     * @return the address of the page
     */
    static URI serve(Pages pages, String chapter) throws IOException {
        var routes =
                new Application()
                        .route("/", () -> new Html(chapter))
                        .route("/((?:book|theme|player[\\w-]*)\\.(css|js))", File::new)
                        .route("/highlight\\.min\\.js", Highlighter::new)
                        .route("/steps", () -> new Steps(pages));
        var times = Limits.DEFAULT.times();
        var limits = Limits.DEFAULT.withTimes(times.header(), times.body(), times.idle(), PATIENCE);
        var http = new HttpServer(routes, limits);
        var listener = Sockets.listen("127.0.0.1", 0);
        var loop = new EventLoop();
        loop.createTask("page", () -> http.serve(listener));
        Thread.ofPlatform().daemon().name("page").start(loop::runForever);
        return URI.create("http://localhost:" + listener.socket().getLocalPort() + "/");
    }

    private static final class Html extends RequestHandler {
        private final String chapter;

        Html(String chapter) {
            this.chapter = chapter;
        }

        @Override
        protected void get() {
            header("Content-Type", "text/html; charset=utf-8");
            write(HTML.replace("CHAPTER", chapter).replace("PLAYER", PlayerFiles.elements()));
        }
    }

    private static final class File extends RequestHandler {
        @Override
        protected void get() throws IOException {
            header("Content-Type", TYPES.get(pathArgument(2)));
            write(Files.readAllBytes(Checkout.ROOT.resolve("lib/kit/book", pathArgument(1))));
        }
    }

    private static final class Highlighter extends RequestHandler {
        @Override
        protected void get() throws IOException {
            header("Content-Type", TYPES.get("js"));
            try (InputStream in = getClass().getClassLoader().getResourceAsStream(HIGHLIGHTER)) {
                write(in.readAllBytes());
            }
        }
    }

    private static final class Steps extends EventStream {
        private final Pages pages;

        Steps(Pages pages) {
            this.pages = pages;
        }

        @Override
        protected void events() throws Exception {
            Page page = await(EventLoop.current().runInExecutor(pages::open));
            response().onClose(page::close);
            try {
                for (var news = await(page); !news.events().isEmpty(); news = await(page)) {
                    for (String event : news.events()) write("data: " + event + "\n\n");
                    response().flush();
                    if (news.isBehind()) await(new SleepEvent(PAUSE_WHEN_BEHIND));
                }
            } finally {
                pages.close(page);
            }
        }
    }
}

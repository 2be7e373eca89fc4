//DEPS org.webjars:highlightjs:11.11.1
//SOURCES ../../lib/kit/book/PlayerFiles.java ../shared/Kit.java
package tests.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;

import kit.book.PlayerFiles;

import tests.shared.Kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A folder with pages that have a player, and a server for them, which also sends the events of a
 * live run, as a test says.
 */
final class PlayerSite implements AutoCloseable {
    private static final String HIGHLIGHT =
            "META-INF/resources/webjars/highlightjs/11.11.1/highlight.min.js";
    private static final String CUT = "";

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    PlayerSite(Path folder) throws IOException {
        this.folder = folder;
        for (String name : PlayerFiles.NAMES) copy(name);
        copy("book.css");
        copy("theme.js");
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(HIGHLIGHT)) {
            Files.write(folder.resolve("highlight.min.js"), in.readAllBytes());
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", SimpleFileServer.createFileHandler(folder));
        server.createContext("/steps", this::steps);
        server.start();
    }

    private void copy(String name) throws IOException {
        Files.copy(Kit.ROOT.resolve("lib/kit/book").resolve(name), folder.resolve(name));
    }

    /** Writes a page with a recording, and returns its file. */
    Path film(String name, Object recording) throws IOException {
        Files.writeString(
                folder.resolve(name + ".js"), "addRecording(\"" + name + "\", " + recording + ");");
        return page(
                name,
                "<script src=\"" + name + ".js\" defer></script>",
                "data-recording=\"" + name + "\"");
    }

    /** Writes a page with a live run, and returns its file. */
    Path live(String name) throws IOException {
        return page(name, "", "data-live=\"/steps\"");
    }

    private Path page(String name, String script, String attribute) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".html"),
                """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>A player</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="book.css">
                <script src="theme.js"></script>
                <script src="highlight.min.js" defer></script>
                %s
                %s
                <main>
                <p><a href="#after">Before the player.</a></p>
                <figure class="player" %s></figure>
                <p id="after">After the player.</p>
                </main>
                """
                        .formatted(PlayerFiles.elements(), script, attribute));
    }

    String url(String name) {
        return "http://localhost:" + server.getAddress().getPort() + "/" + name + ".html";
    }

    /** Sends an event to the page that is connected, or that connects next. */
    void send(Object event) {
        events.add("data: " + event + "\n\n");
    }

    /** Closes the connection on which the events go. */
    void cut() {
        events.add(CUT);
    }

    private void steps(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            // A new connection is tried again at once, so that the test need not wait for it.
            write(out, "retry: 10\n\n");
            for (String event = events.take(); !event.equals(CUT); event = events.take())
                write(out, event);
        } catch (InterruptedException e) {
            // The test is over.
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

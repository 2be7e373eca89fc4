//SOURCES ../shared/ScriptProcess.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import tests.shared.ScriptProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The book, as {@code ./jbang book --serve} makes and serves it. */
final class ServedBook implements AutoCloseable {
    private final Path folder;
    private final ScriptProcess server;

    private ServedBook(Path folder, ScriptProcess server) {
        this.folder = folder;
        this.server = server;
    }

    /** Makes the book in a folder and waits until it is served. */
    static ServedBook make(Path folder) {
        var server =
                ScriptProcess.start("book", "-o", folder.toString(), "--serve", "localhost", "0");
        var book = new ServedBook(folder, server);
        // On a busy machine that has never made the book, all chapters run first.
        await().atMost(Duration.ofMinutes(10))
                .until(() -> !server.output().isEmpty() || !server.isAlive());
        server.awaitLine("server started on localhost:" + book.port());
        assertEquals(List.of(), server.errors());
        return book;
    }

    int port() {
        await().until(() -> server.output().size() > 1 || !server.isAlive());
        return Integer.parseInt(server.output().get(1).replaceAll(".*:", ""));
    }

    String url(String page) {
        return "http://localhost:" + port() + "/" + page;
    }

    /** Returns the text of each page, by the name of its file. */
    Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".html")).toList())
                pages.put(file.getFileName().toString(), Files.readString(file));
        }
        return pages;
    }

    @Override
    public void close() {
        server.close();
    }
}

//SOURCES ../aio/AcceptEvent.java ../aio/ConnectEvent.java ../aio/EventLoop.java
//SOURCES ../aio/ReadEvent.java ../aio/SleepEvent.java ../aio/WriteEvent.java
//SOURCES ../script/Sockets.java
package lesson;

import static aio.EventLoop.await;

import module java.base;

import aio.AcceptEvent;
import aio.ConnectEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.WriteEvent;

import script.Sockets;

/**
 * A site to crawl, without HTTP: a client sends the name of a page and ends its side, and the site
 * answers with the page and ends its own. The page {@code /} has a link on each line: {@code /1},
 * {@code /2}, and so on. The site runs on a loop of its own, and its clients on another.
 */
public final class Site implements AutoCloseable {
    private final ServerSocketChannel listener = Sockets.listen("localhost", 0);
    private final SocketAddress address = listener.getLocalAddress();
    private final String links;
    private final Duration delay;
    private final Set<String> broken;
    private final ExecutorService runner = Executors.newVirtualThreadPerTaskExecutor();

    // Only the site's loop writes these.
    private int now;
    private volatile int mostAtOnce;

    private final LongAdder fetched = new LongAdder();

    private Site(int links, Duration delay, Set<String> broken) throws IOException {
        this.links =
                IntStream.rangeClosed(1, links)
                        .mapToObj(i -> "/" + i)
                        .collect(Collectors.joining("\n"));
        this.delay = delay;
        this.broken = broken;
        var loop = new EventLoop();
        loop.createTask("site", () -> serve(loop));
        runner.execute(loop::runForever);
    }

    /**
     * Starts a site on a loop of its own.
     *
     * @param links how many links the page {@code /} has
     * @param delay how long it takes to make a page that a link leads to
     * @param broken links that lead nowhere: the answer comes at once, and is empty
     */
    public static Site start(int links, Duration delay, String... broken) throws IOException {
        return new Site(links, delay, Set.of(broken));
    }

    /** Fetches the list of links. Call it in a coroutine. */
    public List<String> links() throws IOException {
        return get("/").lines().toList();
    }

    /**
     * Fetches the page that a link leads to. Call it in a coroutine.
     *
     * @throws EOFException if the link is broken
     */
    public String fetch(String link) throws IOException {
        String page = get(link);
        if (page.isEmpty()) throw new EOFException("nothing at " + link);
        fetched.increment();
        return page;
    }

    private String get(String link) throws IOException {
        try (var conn = SocketChannel.open()) {
            conn.configureBlocking(false);
            await(new ConnectEvent(conn, address));
            write(conn, link);
            conn.shutdownOutput();
            return readAll(conn);
        }
    }

    /** Returns how many pages have been fetched, without the list. Any thread may call it. */
    public long fetched() {
        return fetched.sum();
    }

    /** Returns how many pages were being made at once, at most. Any thread may call it. */
    public int mostAtOnce() {
        return mostAtOnce;
    }

    private void serve(EventLoop loop) throws IOException {
        try (listener) {
            var accept = new AcceptEvent(listener);
            while (true) {
                SocketChannel conn = await(accept);
                loop.createTask("page", () -> answer(conn));
            }
        }
    }

    private void answer(SocketChannel conn) {
        try (conn) {
            String link = readAll(conn);
            if (link.equals("/")) write(conn, links);
            else if (!broken.contains(link)) make(conn, link);
        } catch (IOException e) {
            // The client has left without its page.
        }
    }

    private void make(SocketChannel conn, String link) throws IOException {
        now++;
        mostAtOnce = Math.max(mostAtOnce, now);
        try {
            await(new SleepEvent(delay));
        } finally {
            now--;
        }
        write(conn, "the page " + link);
    }

    private static String readAll(SocketChannel conn) throws IOException {
        var all = new ByteArrayOutputStream();
        var read = new ReadEvent(conn);
        for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
            all.writeBytes(piece);
        }
        return all.toString(StandardCharsets.US_ASCII);
    }

    private static void write(SocketChannel conn, String text) throws IOException {
        await(new WriteEvent(conn, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
    }

    /** Stops the site and frees its port. */
    @Override
    public void close() {
        runner.shutdownNow(); // an interrupt ends the loop
        runner.close();
    }
}

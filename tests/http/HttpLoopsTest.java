//SOURCES ../../lib/aio/http/HttpLoops.java ../shared/HttpAnswer.java ../shared/RawClient.java
//SOURCES ../shared/TestRun.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import aio.http.HttpLoops;
import aio.http.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Servers on several loops that share a port. */
@Timeout(60)
class HttpLoopsTest {
    private static final String INDEX = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";

    public static void main(String... args) {
        TestRun.main(HttpLoopsTest.class);
    }

    private static ServerSocketChannel listener(boolean sharesPort) throws IOException {
        var listener = ServerSocketChannel.open();
        listener.configureBlocking(false);
        if (sharesPort) listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    }

    private static List<HttpServer> threeServers() {
        return Stream.generate(() -> new HttpServer((_, response) -> response.write("ok")))
                .limit(3)
                .toList();
    }

    /** Fifty clients at once are served; then an interrupt stops all servers. */
    private static void assertServesAndStops(boolean sharesPort) throws Exception {
        var servers = threeServers();
        var listener = listener(sharesPort);
        int port = listener.socket().getLocalPort();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var run =
                    threads.submit(() -> {
                        HttpLoops.run(servers, listener, Duration.ofSeconds(10));
                        return null;
                    });
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 50; i++) clients.add(new RawClient(port).send(INDEX));
            for (RawClient client : clients) assertEquals(200, HttpAnswer.read(client).status());
            assertEquals(50, servers.stream().mapToLong(HttpServer::accepted).sum());
            threads.shutdownNow();
            assertEquals(null, run.get());
            for (RawClient client : clients) assertEquals("", client.readToEnd());
        }
        assertFalse(listener.isOpen());
    }

    @Test
    void loopsWithAListenerEachServeAndStop() throws Exception {
        try (var probe = ServerSocketChannel.open()) {
            assumeTrue(
                    probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT),
                    "no SO_REUSEPORT on this system");
        }
        assertServesAndStops(true);
    }

    @Test
    void loopsThatShareAListenerServeAndStop() throws Exception {
        assertServesAndStops(false);
    }

    @Test
    void aServerThatFailsStopsTheOthers() throws Exception {
        var servers = new ArrayList<>(threeServers());
        servers.set(1, null);
        var listener = listener(true);
        var failure =
                assertThrows(
                        ExecutionException.class,
                        () -> HttpLoops.run(servers, listener, Duration.ofSeconds(10)));
        assertInstanceOf(NullPointerException.class, failure.getCause());
        assertFalse(listener.isOpen());
    }
}

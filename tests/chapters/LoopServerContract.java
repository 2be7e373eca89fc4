//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import tests.shared.RawClient;

import java.util.stream.IntStream;

/** What the two servers of coroutines promise, on the chapter's loop and on the library's. */
abstract class LoopServerContract extends PrintingServerContract {
    @Test
    void printsWhereEachConnectionComesFrom() {
        try (var client = connect()) {
            server.awaitLine("Got connection from 127.0.0.1:" + client.localPort());
        }
    }

    @Test
    void printsEveryMessageOfAClientAndNotOnlyItsFirst() {
        try (var client = connect()) {
            for (int i = 1; i <= 5; i++) {
                client.send("message " + i);
                server.awaitLine("message " + i);
            }
        }
    }

    @Test
    void servesThousandsOfOpenConnectionsOnOneLoop() {
        var clients = IntStream.range(0, 2000).mapToObj(_ -> connect()).toList();
        for (RawClient client : clients)
            client.send("one of 2000 on " + client.localPort()).endOutput();
        for (RawClient client : clients) {
            assertEquals("", client.readToEnd());
            client.close();
        }
        for (RawClient client : clients) server.awaitLine("one of 2000 on " + client.localPort());
    }
}

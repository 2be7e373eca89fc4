//SOURCES ChatClient.java ClusterNodes.java ClusterWriter.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thirty people at three nodes talk, a node is killed, and later starts again. Whatever was
 * acknowledged is at every living node once, in one order.
 */
final class ChatClusterCrash {
    private static final int WRITERS = 30;

    private final int messages;
    private final int victim;
    private final List<Integer> living;

    /** Prepares a run in which this node is killed; node 1 is the one that orders the messages. */
    ChatClusterCrash(int messages, int victim) {
        this.messages = messages;
        this.victim = victim;
        living = List.of(victim % 3 + 1, (victim + 1) % 3 + 1);
    }

    /** Runs it; returns the time from the kill until a client at another node was told. */
    Duration run(String... options) throws Exception {
        try (var nodes = new ClusterNodes(3, options);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<ChatClient> listeners = new ArrayList<>();
            for (int node : living)
                listeners.add(ChatClient.enter(nodes.port(node), "lobby", "listener " + node));
            List<Integer> ports = List.of(nodes.port(1), nodes.port(2), nodes.port(3));
            var kept = new AtomicInteger();
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int own = i;
                int share = messages / WRITERS + (i < messages % WRITERS ? 1 : 0);
                var writer =
                        new ClusterWriter(
                                "w" + i, share, kept, attempt -> ports.get((own + attempt) % 3));
                writers.add(threads.submit(writer));
            }
            var watcher = ChatClient.enter(nodes.port(living.getFirst()), "other", "watcher");
            watcher.nextOf("people\t");
            await().until(() -> kept.get() >= messages / 3);
            long killed = System.nanoTime();
            nodes.signal(victim, "KILL");
            watcher.nextOf("nodes\t");
            Duration told = Duration.ofNanos(System.nanoTime() - killed);
            await().until(() -> kept.get() >= messages * 2 / 3);
            nodes.start(victim);
            nodes.awaitStarted(victim);
            watcher.nextOf("nodes\t");
            var late = ChatClient.enter(nodes.port(victim), "lobby", "late");
            for (Future<Void> writer : writers) writer.get();
            assertEquals(messages, kept.get());
            List<String> first = listeners.get(0).nextSaid(messages);
            assertEquals(first, listeners.get(1).nextSaid(messages));
            assertEquals(messages, new HashSet<>(first).size());
            assertLate(late, first);
            late.close();
            watcher.close();
            listeners.forEach(ChatClient::close);
            return told;
        }
    }

    /** Who comes late hears the last lines before and all lines after, without a gap. */
    private static void assertLate(ChatClient late, List<String> all) {
        String line = late.nextSaid(1).getFirst();
        int start = all.indexOf(line);
        assertTrue(start >= 0, line);
        assertEquals(all.subList(start + 1, all.size()), late.nextSaid(all.size() - start - 1));
    }
}

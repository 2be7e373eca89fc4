//SOURCES ChatClient.java
package tests.chapters;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * Somebody who says one thing after another, each when the one before is kept. If their node goes
 * away, they go to another one, and say there what wasn't acknowledged, with the same id.
 */
final class ClusterWriter implements Callable<Void> {
    private final String name;
    private final int messages;
    private final AtomicInteger kept;
    private final IntUnaryOperator port;
    private ChatClient client;
    private int attempt;

    /**
     * Makes a writer.
     *
     * @param kept counts what is acknowledged
     * @param port returns the port to use in an attempt
     */
    ClusterWriter(String name, int messages, AtomicInteger kept, IntUnaryOperator port) {
        this.name = name;
        this.messages = messages;
        this.kept = kept;
        this.port = port;
    }

    @Override
    public Void call() {
        enter();
        for (int i = 0; i < messages; i++) {
            while (!isKept(i)) enter();
            kept.incrementAndGet();
        }
        client.close();
        return null;
    }

    private boolean isKept(int message) {
        try {
            client.send("say " + message + "\t" + name + " " + message);
            return client.nextOf("kept\t" + name + "/" + message, "closed", "failed", "refused")
                    .startsWith("kept");
        } catch (CompletionException e) {
            return false;
        }
    }

    /** Tries again until a node lets them in; their name may still be taken by themselves. */
    private void enter() {
        if (client != null) client.close();
        while (true) {
            try {
                client = ChatClient.enter(port.applyAsInt(attempt++), "lobby", name);
                if (client.nextOf("joined\t" + name, "closed", "failed").startsWith("joined"))
                    return;
            } catch (CompletionException e) {
                // There is no such node at present.
            }
        }
    }
}

//SOURCES ../shared/ScriptProcess.java
package tests.chapters;

import static org.awaitility.Awaitility.await;

import org.awaitility.core.ConditionTimeoutException;

import tests.shared.ScriptProcess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nodes of the cluster, each in a process of its own, on loopback addresses of their own. */
final class ClusterNodes implements AutoCloseable {
    private final String peers;
    private final List<String> options;
    private final ScriptProcess[] nodes;

    /** Starts all nodes, the first one first, so it is the coordinator. */
    ClusterNodes(int count, String... options) {
        this.options = List.of(options);
        nodes = new ScriptProcess[count + 1];
        peers = peers(count);
        try {
            for (int node = 1; node <= count; node++) {
                start(node);
                awaitStarted(node);
            }
            for (int node = 1; node <= count; node++) awaitView(node, all());
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /**
     * Linux has 127.0.0.0/8 as loopback addresses, so no other test or client can have these ports.
     */
    static String peers(int count) {
        boolean isLinux = System.getProperty("os.name").startsWith("Linux");
        var random = ThreadLocalRandom.current();
        String host =
                isLinux
                        ? "127.%d.%d.1:".formatted(random.nextInt(1, 255), random.nextInt(255))
                        : "127.0.0.1:";
        int first = isLinux ? 7801 : random.nextInt(20_000, 30_000);
        return IntStream.range(first, first + count)
                .mapToObj(port -> host + port)
                .collect(Collectors.joining(","));
    }

    /** Starts a node, which may have run before. */
    void start(int node) {
        List<String> args = new ArrayList<>(List.of("localhost", "0", "--node", "" + node));
        args.addAll(List.of("--peers", peers));
        args.addAll(options);
        nodes[node] = ScriptProcess.startAgain("chat_cluster", args);
    }

    void awaitStarted(int node) {
        nodes[node].port();
    }

    /** Waits until the last line of a node says that it's with these nodes. */
    void awaitView(int node, String members) {
        awaitLast(node, "node " + node + " is with " + members);
    }

    /** Waits until the last line of a node says that it's cut off, with these nodes. */
    void awaitCut(int node, String members) {
        awaitLast(node, "node " + node + " is cut off, and sees only " + members);
    }

    private void awaitLast(int node, String line) {
        try {
            await().until(() -> nodes[node].output().getLast().equals(line));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not '" + line + "': " + Arrays.toString(nodes), e);
        }
    }

    private String all() {
        return IntStream.range(1, nodes.length)
                .mapToObj(n -> "node " + n)
                .collect(Collectors.joining(", "));
    }

    ScriptProcess process(int node) {
        return nodes[node];
    }

    int port(int node) {
        return nodes[node].port();
    }

    void signal(int node, String signal) {
        nodes[node].signal(signal);
    }

    @Override
    public void close() {
        for (ScriptProcess node : nodes) if (node != null) node.close();
    }
}

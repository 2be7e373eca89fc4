//SOURCES ../../script/Arguments.java ../../script/Sockets.java
package lesson.cluster;

import module java.base;

import script.Arguments;
import script.ScriptException;
import script.Sockets;

/**
 * The addresses at which the nodes of a cluster talk to each other.
 *
 * @param addresses that of node 1 first
 */
public record Peers(List<InetSocketAddress> addresses) {
    /** Parses {@code host:port,host:port}; looking up the names blocks. */
    public static Peers parse(String list) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String peer : list.split(",")) {
            if (!Arguments.isAddress(peer))
                throw new ScriptException(
                        "chat_cluster --peers must be HOST:PORT,HOST:PORT, not '"
                                + list
                                + "' (try --help)");
            int colon = peer.lastIndexOf(':');
            int port = Integer.parseInt(peer.substring(colon + 1));
            if (port < 1 || port > 65_535) throw new ScriptException("there is no port " + port);
            addresses.add(Sockets.resolve(peer.substring(0, colon), port));
        }
        return new Peers(List.copyOf(addresses));
    }

    /** Returns a single peer on any free port of this machine, so nobody else will find it. */
    public static Peers alone() throws IOException {
        while (true) {
            // Below the ports that systems give to clients, so that none gets it in the meantime.
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return new Peers(List.of((InetSocketAddress) free.getLocalSocketAddress()));
            } catch (BindException e) {
                // somebody has it
            }
        }
    }

    /** Returns so many peers on this machine. */
    public static Peers local(int count) {
        return parse(
                IntStream.rangeClosed(1, count)
                        .mapToObj(node -> "localhost:" + (7800 + node))
                        .collect(Collectors.joining(",")));
    }

    /** Returns how many there are. */
    public int size() {
        return addresses.size();
    }

    /** Returns the address of a node, which has a number from 1. */
    public InetSocketAddress address(int node) {
        if (node > size())
            throw new ScriptException(
                    "there is no node " + node + " among " + size() + " peers (try --help)");
        return addresses.get(node - 1);
    }
}

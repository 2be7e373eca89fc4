//DEPS org.jgroups:jgroups:5.5.7.Final
//SOURCES Peers.java ../../script/Sockets.java
package lesson.cluster;

import module java.base;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.logging.LogFactory;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.RSVP;
import org.jgroups.protocols.SEQUENCER;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

import script.ScriptException;
import script.Sockets;

/**
 * A node's end of the cluster: a JGroups channel with the protocols that the chat needs. JGroups
 * calls the receiver on threads of its own. Any thread may send.
 */
public final class Engine implements AutoCloseable {
    /** How long a message may take until all members have it. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    static {
        LogFactory.useNoopLogger(true); // a node says itself what its reader has to know
    }

    private final JChannel channel;
    private final GMS membership = new GMS().printLocalAddress(false);

    private Engine(Peers peers, int node, Receiver receiver) throws Exception {
        channel = new JChannel(protocols(peers, node));
        channel.setName("node " + node).setReceiver(receiver);
        // It would tell anybody about this node.
        channel.getProtocolStack().getTransport().getDiagnosticsHandler().setEnabled(false);
    }

    /**
     * Joins the peers that are there; blocks until this node has its first view.
     *
     * @param node this node's place in the list of peers, from 1
     * @throws ScriptException if the address of the node is in use or not this machine's
     */
    public static Engine join(Peers peers, int node, Receiver receiver) throws Exception {
        InetSocketAddress own = peers.address(node);
        // JGroups has an exception of its own for this, which names neither the port nor a remedy.
        Sockets.listen(own.getHostString(), own.getPort()).close();
        var engine = new Engine(peers, node, receiver);
        engine.channel.connect("chat");
        return engine;
    }

    /** Returns what is made; if that fails, closes the listener that is open already. */
    public static <T> T orClose(Closeable listener, Callable<T> made) throws Exception {
        try {
            return made.call();
        } catch (Exception e) {
            listener.close();
            throw e;
        }
    }

    /** From the wire up. Each sends through the ones above it in this list. */
    private List<Protocol> protocols(Peers peers, int node) throws Exception {
        InetSocketAddress own = peers.address(node);
        // A node that hears of no other in this time starts a cluster of its own, to be merged.
        membership.joinTimeout(peers.size() == 1 ? 1 : 2000);
        var tcp = new TCP();
        tcp.setBindAddress(own.getAddress()).setBindPort(own.getPort()).setPortRange(0);
        tcp.useVirtualThreads(false); // so a loop that computes can't keep a heartbeat waiting
        return List.of(
                tcp,
                new TCPPING().setInitialHosts(peers.addresses()).setPortRange(0),
                new MERGE3().setMinInterval(1000).setMaxInterval(3000),
                new FD_SOCK2().setBindAddress(own.getAddress()),
                new FD_ALL3().setTimeout(5000).setInterval(1000),
                new VERIFY_SUSPECT2().setTimeout(1000),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                membership,
                // It would send again what the last coordinator may have taken along, perhaps
                // before the new view. A node does it itself, once all agree on what they have.
                new SEQUENCER().setValue("flush_forward_table", false),
                new FRAG2(),
                new Acknowledgments()
                        .setTimeout(PATIENCE.toMillis())
                        .setId(ClassConfigurator.getProtocolId(RSVP.class)));
    }

    /**
     * RSVP asks again from the thread of all timers, where SEQUENCER may block until there's a new
     * coordinator. That thread also has to notice that the coordinator is silent. Nobody needs to
     * ask again, since the protocols below are reliable.
     */
    private static final class Acknowledgments extends RSVP {
        @Override
        protected synchronized void startResendTask() {}
    }

    /** Returns the address of this node in views and messages. */
    public Address address() {
        return channel.getAddress();
    }

    /**
     * Sends bytes to all members, who get them in the order in which this node sends them; may wait
     * until there's room for them in a buffer. Returns false if this node has left.
     */
    public boolean send(byte[] bytes) {
        try {
            channel.send(new BytesMessage(null, bytes).setFlag(Message.Flag.NO_TOTAL_ORDER));
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    /**
     * Sends bytes to all members, who get all such messages in one order; blocks until each of them
     * has it, but only for two seconds once there is a coordinator that answers. Returns whether
     * all members of this view have it. If not, some of them may.
     */
    public boolean reaches(View view, byte[] bytes) {
        try {
            channel.send(new BytesMessage(null, bytes).setFlag(Message.Flag.RSVP));
            // When a view without a member comes, JGroups no longer waits for that member.
            return view.equals(membership.view());
        } catch (Exception e) {
            return false; // the time is up, or this node has left
        }
    }

    /** Leaves the cluster; the others get a view without this node at once. */
    @Override
    public void close() {
        channel.close();
    }
}

// %%
//JAVA 25+
//DEPS org.jgroups:jgroups:5.5.7.Final
//SOURCES ../lib/aio/EventLoop.java ../lib/aio/http/HttpLoops.java
//SOURCES ../lib/lesson/cluster/Engine.java ../lib/lesson/cluster/Hall.java
//SOURCES ../lib/lesson/cluster/Replica.java ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.Task;
import aio.http.HttpLoops;
import aio.http.HttpServer;
import lesson.cluster.Engine;
import lesson.cluster.Event;
import lesson.cluster.Hall;
import lesson.cluster.Packet;
import lesson.cluster.Peers;
import lesson.cluster.Replica;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Many machines: a chat that survives the loss of one
//
// [many_loops](many_loops.java) uses every core of a machine. When that machine goes down, everybody is out. So we want
// the chat of [tornado_chat](tornado_chat.java) on several machines, with the same rooms on all of them. Who is in a
// room then, and in which order did they speak? What happens to your message if the machine that is handling it dies?
// And what should a machine tell its clients when it can't reach the others anymore?
//
// ## The engine
//
// These questions are old, and the answers are hard to get right, so we use a library:
// [JGroups](http://www.jgroups.org/manual5/index.html), a jar of 2.4 MB that runs inside each of our processes
// (**nodes**). There's no separate server to start. A node gets a list of addresses, and connects to those that answer.
// In JGroups, each promise is kept by a protocol, and an application stacks the protocols it needs. These matter most
// to us ([Engine](../lib/lesson/cluster/Engine.java#protocols) has them all):
//
// | JGroups promises | by |
// | --- | --- |
// | a **view**: a numbered list of the members; all members get the same views | GMS, TCPPING |
// | a view without a member that closed its sockets (a process that died), or was silent for five seconds | FD_SOCK2, FD_ALL3, VERIFY_SUSPECT2 |
// | **reliable FIFO**: what a member sends reaches all living members, in the order in which it was sent | NAKACK2, UNICAST3 |
// | **total order**: all members get all messages in the same order; the first member of the view, the **coordinator**, sends them out for everybody | SEQUENCER |
// | an **acknowledgment**: `send` returns when each member of the view has the message | RSVP |
// | groups that were separated find each other again, in a merged view | MERGE3 |
//
// Total order is what makes a chat on many machines simple. Every node keeps the people and the last lines in its own
// memory (a [Replica](../lib/lesson/cluster/Replica.java)). Only the events `joined`, `left` and `said` change them, as
// they come in the total order. The same events in the same order give the same result on all nodes, which is called a
// **replicated state machine**. If two people take the same name at the same time on two nodes, one `joined` comes
// first, and every node refuses the second.
//
// There is one thing that neither JGroups nor anybody else can promise. A node that hears nothing from another can't
// know whether that one is dead, is only slow, or sits behind a broken cable (a **partition**) and thinks the same of
// us. If both sides went on, there would be two histories. So only one may: the side that has more than half of the
// configured nodes. The other side says that it's cut off, and takes no messages. That's why a cluster has three nodes,
// or five: with two, neither could go on without the other.
//
// ## The bridge
//
// JGroups calls us on its own threads, and its `send` blocks (with RSVP, until the slowest member has answered). Our
// rooms live on loops. So what arrives goes to a loop with `callSoonThreadsafe`, and what we send goes to an executor.
// A node has one loop of its own for this, `home`, in addition to the loops that serve the clients.

// %%
abstract class Bridge implements Receiver {
    record Draft(Event event, Future<Boolean> kept) {}

    final EventLoop home = new EventLoop(); // only this loop touches the node's state
    final Deque<Draft> drafts = new ArrayDeque<>();
    Engine engine;
    View view;
    Future<Boolean> agreement = new Future<>(); // complete while a majority has the same view and events
    Task<?> sender;

    abstract void accept(Address from, Packet packet);
    abstract void enter(View next);

    public void receive(Message message) { // on a thread of the engine
        Packet packet = Packet.of(message.getArray(), message.getOffset(), message.getLength());
        Address from = message.getSrc();
        home.callSoonThreadsafe(() -> accept(from, packet));
    }

    public void viewAccepted(View next) { // on a thread of the engine
        home.callSoonThreadsafe(() -> enter(next));
    }

    Future<Boolean> submit(Event event) { // on any loop of the node
        var kept = new Future<Boolean>();
        home.callSoonThreadsafe(() -> {
            drafts.add(new Draft(event, kept));
            if (sender == null || sender.isDone()) sender = home.createTask("send", this::sendAll);
        });
        return kept;
    }

    void sendAll() throws Exception {
        while (!drafts.isEmpty()) {
            List<Draft> batch = List.copyOf(drafts);
            drafts.clear();
            var packet = Packet.events(batch.stream().map(Draft::event).toList());
            do {
                while (!agreement.isDone()) await(agreement);
            } while (!reaches(view, packet));
            for (Draft draft : batch) draft.kept.complete(true);
        }
    }

    boolean reaches(View all, Packet packet) throws Exception {
        return await(home.runInExecutor(() -> engine.reaches(all, packet.toBytes())));
    }
}

// %% [markdown]
// A node sends one packet at a time. Events that come in meanwhile go together in the next one: with many clients,
// that's one acknowledgment for many messages. Only when all members have the packet do the futures of its events
// complete, and the clients get `kept`.
//
// Each event has an id: the node's name and a number, or the client's own number, so that a client can repeat a message
// at another node. If a packet doesn't reach everybody in two seconds, the node sends it again, although some may have
// it. A replica drops an event whose id it knows. And `reaches` doesn't trust RSVP alone: when a member leaves the
// view, RSVP no longer waits for it. A node that has just lost all others would wait only for itself, and call that
// 'everybody'. So a packet counts only if the view is still the one in which it was sent, and that was a majority's.
//
// ## What total order leaves open
//
// Suppose the coordinator is killed while it sends a message to two others, and only one of them gets it. Does the
// other one miss it forever, or get it later, in a different position?
//
// JGroups promises nothing here. (The promise would be *virtual synchrony*; FLUSH, the protocol for it,
// [is gone](https://issues.redhat.com/browse/JGRP-2783).) So at each new view, the nodes agree on what has happened:
//
// 1. The new coordinator sends a **mark** in the total order. What comes before it belongs to the old view.
// 2. At the mark, each node sends its state to all members, and from then on holds back events.
// 3. When a node has all members' states, it takes the best one: newest agreement (`epoch`) first, then most events.
//    Because of the total order, the node has the beginning of that already, and only adds the rest.
// 4. It removes the people of nodes that are gone, and applies the events that it held back.
//
// What was acknowledged survives the death of a node, because all others in the view have it. A node that joins takes
// everything from the others' states. But a node that has restarted has forgotten what it acknowledged, so it doesn't
// count toward the majority that agrees, unless all nodes are there, or none of them knows anything yet.

// %%
class Node extends Bridge {
    final String name; // different after each start
    final int number;
    final int peers;
    final List<Hall> halls; // one for each loop with clients
    final Replica replica = new Replica();
    final Map<Address, Packet> states = new HashMap<>();
    final Deque<Event> held = new ArrayDeque<>();
    boolean live; // has all that a majority has agreed on
    boolean holding = true; // events wait until the next agreement
    long mark; // the last view whose mark has come, perhaps before the view itself
    volatile boolean cut = true; // no majority; all loops read it

    Node(int number, Peers peers, int loops) throws Exception {
        this.number = number;
        this.peers = peers.size();
        name = number + "-" + UUID.randomUUID();
        halls = Stream.generate(() -> new Hall(name, this::submit, () -> cut)).limit(loops).toList();
        engine = Engine.join(peers, number, this);
    }

    void run() {
        try (home) {
            home.runForever();
        }
    }

    void accept(Address from, Packet packet) {
        if (packet.events() != null) {
            held.addAll(packet.events());
            if (!holding) release();
        } else if (packet.state() != null) { // for step 3
            states.put(from, packet);
            if (view != null && !agreement.isDone()) agree();
        } else if (packet.view() > mark) { // a mark: step 2
            mark = packet.view();
            if (live) release();
            else held.clear(); // the states of the others have it
            holding = true;
            if (view != null && mark == id()) sendState();
        }
    }

    long id() {
        return view.getViewId().getId();
    }

    void release() {
        while (!held.isEmpty()) apply(held.poll());
    }

    void apply(Event event) {
        boolean counts = replica.apply(event);
        if (event.kind().equals("joined") && event.node().equals(name)) {
            List<String> first = counts ? replica.firstLines(event.room()) : null;
            tell(hall -> hall.admit(event.id(), first));
        }
        if (counts) tell(hall -> hall.tell(event));
    }

    void tell(Consumer<Hall> news) {
        for (Hall hall : halls) hall.post(news);
    }

    void enter(View next) {
        view = next;
        if (agreement.isDone()) agreement = new Future<>();
        cut = 2 * next.size() <= peers;
        if (live && mark < id()) release();
        live &= !cut;
        holding = !live || mark == id();
        if (cut) announce("cut");
        else if (mark == id()) sendState();
        else if (next.getCoord().equals(engine.address())) home.createTask("mark", () -> { // step 1
            while (view == next && !reaches(next, Packet.mark(id()))) {}
        });
    }

    void sendState() {
        byte[] mine = Packet.state(id(), replica.state(name)).toBytes();
        home.runInExecutor(() -> engine.send(mine));
    }

    void agree() {
        List<Packet.State> all = view.getMembers().stream().map(states::get)
                .filter(packet -> packet != null && packet.view() == id()).map(Packet::state).toList();
        if (all.size() < view.size()) return; // step 3 needs all of them
        long informed = all.stream().filter(state -> state.epoch() > 0).count();
        if (informed > 0 && 2 * informed <= peers && all.size() < peers) {
            cut = true; // the others of the majority may have more
            announce("cut");
            return;
        }
        Packet.State best = Collections.max(all, Comparator.comparing(Packet.State::epoch)
                .thenComparing(Packet.State::count));
        replica.missing(best).ifPresentOrElse(events -> events.forEach(this::apply), () -> {
            replica.become(best);
            tell(Hall::dismissAll);
        });
        replica.agreed(id());
        Set<String> nodes = all.stream().map(Packet.State::node).collect(Collectors.toSet()); // step 4
        for (Event left : replica.keepOnly(nodes)) tell(hall -> hall.tell(left));
        live = true;
        holding = false;
        announce("nodes");
        release();
        agreement.complete(true);
    }

    void announce(String kind) {
        String members = view.getMembers().stream().map(Address::toString).sorted().collect(Collectors.joining(", "));
        IO.println("node " + number + (cut ? " is cut off, and sees only " : " is with ") + members);
        tell(hall -> hall.tellAll(kind + "\t" + members));
    }
}

// %% [markdown]
// A minority doesn't even try to agree. When it meets the others again, their last agreement is newer than its own, so
// it drops what it had for theirs. Its clients may have seen an unacknowledged line that the others never got, so it
// sends them away with code 1012. Their page comes back by itself, and gets the history.
//
// Each of a node's loops with clients has a [Hall](../lib/lesson/cluster/Hall.java), to which `tell` sends a callback.
// Whoever doesn't read is disconnected, because no speaker could wait for somebody at another node.

// %%
Server start(String host, int port, Peers peers, int number, int loops) throws Exception {
    var listener = loops == 1 ? Sockets.listen(host, port) : Sockets.listenShared(host, port);
    Node node = Engine.orClose(listener, () -> new Node(number, peers, loops));
    List<HttpServer> servers = node.halls.stream().map(Hall::http).toList();
    return Server.start(host, listener, l -> {
        Thread.startVirtualThread(node::run);
        try {
            HttpLoops.run(servers, l, Duration.ofSeconds(2));
        } finally {
            node.engine.close();
            node.home.callSoonThreadsafe(node.home::stop);
        }
    }, () -> servers.stream().mapToLong(HttpServer::accepted).sum() + " clients");
}

void main(String... args) throws Exception {
    String usage = """
            chat_cluster [host] [port] [--node N] [--peers LIST] [--nodes N] [--loops N]

            A chat on several nodes: the people on all of them are in the same rooms.

              host     where to listen for people (default localhost)
              port     the port, 0 for any free one (default 8080); 8081 for node 2, and so on
              --node   which of the peers this is, from 1
              --peers  HOST:PORT,HOST:PORT of all nodes (default localhost:7801 to 7803)
              --nodes  start so many nodes in this process
              --loops  how many loops each node has (default 1)
            """;
    Script.serveAll(usage, args, (a, started) -> {
        int nodes = a.number("--nodes", 1, 1, 9);
        int number = a.number("--node", 1, 1, 9);
        Peers peers = a.has("--peers") ? Peers.parse(a.text("--peers", ""))
                : a.has("--nodes") ? Peers.local(nodes) : a.has("--node") ? Peers.local(3) : Peers.alone();
        int port = a.port(8079 + number);
        for (int i = 0; i < nodes; i++)
            started.add(start(a.host(), port == 0 ? 0 : port + i, peers, number + i, a.number("--loops", 1, 1, 64)));
    });
}

// %% [markdown]
// ## Run it
//
// Start three nodes in three terminals (or all in one: `./jbang chat_cluster --nodes 3`). What will the first one say
// while it's alone?
//
// ```console one
// $ ./jbang chat_cluster --node 1
// server started on localhost:8080
// node 1 is cut off, and sees only node 1
// ```
//
// ```console two
// $ ./jbang chat_cluster localhost 8081 --node 2
// server started on localhost:8081
// node 2 is with node 1, node 2
// ```
//
// ```console three
// $ ./jbang chat_cluster localhost 8082 --node 3
// server started on localhost:8082
// node 3 is with node 1, node 2, node 3
// ```
//
// One of three isn't a majority, but two are. Open `http://localhost:8081` and `http://localhost:8082`, join under two
// names, and talk. Then stop node 1, the coordinator, with Ctrl-C. It says goodbye, so the others know at once. Kill it
// (`kill -KILL`), and they need a second or two: VERIFY_SUSPECT2 first asks the dead node whether it's really dead.
//
// ```console one
// node 1 is with node 1, node 2
// node 1 is with node 1, node 2, node 3
// ^Cserver stopped: [...] clients
// ```
//
// ```console two
// node 2 is with node 1, node 2, node 3
// node 2 is with node 2, node 3
// ```
//
// Now stop node 3, too. Node 2 is cut off, and its page says that nobody heard what you type:
//
// ```console three
// node 3 is with node 2, node 3
// ^Cserver stopped: [...] clients
// ```
//
// ```console two
// node 2 is cut off, and sees only node 2
// ^Cserver stopped: [...] clients
// ```
//
// On several machines, give each node the same list: `--peers alpha:7801,beta:7801,gamma:7801`. JGroups also listens on
// a port 100 higher. It believes whoever connects, so keep both ports inside your own network.

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, Peers.alone(), 1, 1);
//         var in = URI.create("http://localhost:" + server.port() + "/").toURL().openStream()) {
//     IO.println(new String(in.readAllBytes()).lines().filter(line -> line.contains("<title>")).findFirst().get());
// }

// %% [markdown]
// ## Does it keep what it promises?
//
// A test starts three nodes as three processes. Thirty clients say 10,000 things in all; each waits for one to be
// acknowledged before it says the next. Meanwhile the test kills the coordinator with SIGKILL, and starts it again
// later. The clients of the killed node go to another one, and repeat what wasn't acknowledged. At the end, the other
// two nodes must have all 10,000 lines, each once and in the same order, and the new node must have the end of them,
// without a gap. Another test does this to an ordinary member. `./jbang test --long ChatClusterLongTest` runs each ten
// times, and all 20 runs passed (two processors, AMD EPYC, busy with other things; JDK 25.0.3). From the kill until a
// client at another node was told of the new view, it took 1.2 to 2.1 seconds, with a median of 1.8.
//
// A third test stops the coordinator (SIGSTOP) until the others go on without it, and then lets it continue. It still
// believes in its old view, but nobody acknowledges what it sends, and after some seconds it has what the others have.
// This test found a trap in our stack. RSVP repeats its request on the thread that runs all of JGroups' timers, and
// SEQUENCER can block that thread while the coordinator is silent. Then nobody notices the silence, because that takes
// a timer, too. (`Engine` switches the repetition off.) So even with a good engine, pull the plug in a test.
//
// ## Or just block
//
// On virtual threads, each client's thread could call `send` itself and wait. The bridge would be gone, but the replica
// would need a lock, and the agreement would stay as it is: it's about messages, not about threads.
//
// ## What it still can't do
//
// Nothing is on disk: if all nodes stop, the history is gone, and if two of three restart, they may start a history of
// their own while the third is away. Clients have to find a living node without a load balancer. And all nodes hear
// everything, so more nodes carry more people, but not more messages; see
// [What comes after](appendix/what_comes_after.md).
//
// ## Exercises
//
// - Said once, heard once: `./jbang exercise start chat_cluster_1`
// - More than half: `./jbang exercise start chat_cluster_2`

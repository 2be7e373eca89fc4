// %%
//JAVA 25+
//DEPS org.jgroups:jgroups:5.5.7.Final
//SOURCES ../lib/aio/EventLoop.java ../lib/aio/SleepEvent.java ../lib/aio/http/HttpLoops.java
//SOURCES ../lib/lesson/cluster/Engine.java ../lib/lesson/cluster/Hall.java
//SOURCES ../lib/lesson/cluster/Replica.java ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
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
// # Many machines: a chat that survives one
//
// PROSE

// %%
abstract class Bridge implements Receiver {
    record Draft(Event event, Future<Boolean> kept) {}

    final EventLoop home = new EventLoop(); // what a node has is for this loop only
    final Deque<Draft> drafts = new ArrayDeque<>();
    Engine engine;
    View view;
    boolean agreed; // the members of the view are a majority, and have the same events
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
                while (!agreed) await(new SleepEvent(Duration.ofMillis(10)));
            } while (!reaches(view, packet));
            for (Draft draft : batch) draft.kept.complete(true);
        }
    }

    boolean reaches(View all, Packet packet) throws Exception {
        return await(home.runInExecutor(() -> engine.reaches(all, packet.toBytes())));
    }
}

// %%
class Node extends Bridge {
    final String name; // another one after each start
    final int number;
    final int peers;
    final List<Hall> halls; // one for each loop with clients
    final Replica replica = new Replica();
    final Map<Address, Packet> states = new HashMap<>();
    final Deque<Event> held = new ArrayDeque<>();
    boolean live; // has all that a majority has agreed on
    boolean holding = true; // events wait until the next agreement
    long mark; // the last view whose mark has come, perhaps before the view itself
    volatile boolean cut = true; // no majority; for all loops

    Node(int number, Peers peers, int loops) throws Exception {
        this.number = number;
        this.peers = peers.size();
        name = number + "-" + UUID.randomUUID();
        halls = Stream.generate(() -> new Hall(name, this::submit, () -> cut)).limit(loops).toList();
        engine = Engine.join(peers, number, this);
    }

    void accept(Address from, Packet packet) {
        if (packet.events() != null) {
            held.addAll(packet.events());
            if (!holding) release();
        } else if (packet.state() != null) {
            states.put(from, packet);
            if (view != null && !agreed) agree();
        } else if (packet.view() > mark) {
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
        agreed = false;
        cut = 2 * next.size() <= peers;
        if (live && mark < id()) release();
        live &= !cut;
        holding = !live || mark == id();
        if (cut) announce("cut");
        else if (mark == id()) sendState();
        else if (next.getCoord().equals(engine.address())) home.createTask("mark", () -> {
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
        if (all.size() < view.size()) return;
        Packet.State best = Collections.max(all, Comparator.comparing(Packet.State::epoch)
                .thenComparing(Packet.State::count));
        replica.missing(best).ifPresentOrElse(events -> events.forEach(this::apply), () -> {
            replica.become(best);
            tell(Hall::dismissAll);
        });
        replica.agreed(id());
        Set<String> nodes = all.stream().map(Packet.State::node).collect(Collectors.toSet());
        for (Event left : replica.keepOnly(nodes)) tell(hall -> hall.tell(left));
        live = agreed = true;
        holding = false;
        announce("nodes");
        release();
    }

    void announce(String kind) {
        String members = view.getMembers().stream().map(Address::toString).collect(Collectors.joining(", "));
        IO.println("node " + number + (cut ? " is cut off with " : " is with ") + members);
        tell(hall -> hall.tellAll(kind + "\t" + members));
    }
}

// %%
Server start(String host, int port, Peers peers, int number, int loops) throws Exception {
    var listener = loops == 1 ? Sockets.listen(host, port) : Sockets.listenShared(host, port);
    var node = new Node(number, peers, loops);
    List<HttpServer> servers = node.halls.stream().map(Hall::http).toList();
    return Server.start(host, listener, l -> {
        Thread.startVirtualThread(node.home::runForever);
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

            A chat on several nodes. People on all of them are in the same rooms.

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8080 for node 1, 8081 for node 2, ...)
              --node   which of the peers this is, from 1
              --peers  HOST:PORT,HOST:PORT,... of all nodes (default localhost:7801, 7802 and 7803)
              --nodes  start so many nodes in this process
              --loops  how many loops each node has (default 1)
            """;
    Script.serveAll(usage, args, (a, started) -> {
        int nodes = a.number("--nodes", 1, 1, 9);
        int number = a.number("--node", 1, 1, 9);
        Peers peers = a.has("--peers") ? Peers.parse(a.text("--peers", ""))
                : a.has("--nodes") ? Peers.local(nodes) : a.has("--node") ? Peers.local(3) : Peers.alone();
        for (int n = number; n < number + nodes; n++) {
            int port = a.port(8079 + n);
            started.add(start(a.host(), port, peers, n, a.number("--loops", 1, 1, 64)));
        }
    });
}

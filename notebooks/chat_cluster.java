// %%
//JAVA 25+
//DEPS org.jgroups:jgroups:5.5.7.Final
//SOURCES ../lib/aio/EventLoop.java ../lib/aio/SleepEvent.java ../lib/aio/http/HttpLoops.java
//SOURCES ../lib/aio/web/Application.java ../lib/aio/web/WebSocketHandler.java
//SOURCES ../lib/lesson/chat/ChatPage.java ../lib/lesson/chat/Guest.java
//SOURCES ../lib/lesson/cluster/Engine.java ../lib/lesson/cluster/Packet.java
//SOURCES ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;
import aio.http.HttpLoops;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.WebSocketHandler;
import lesson.chat.ChatPage;
import lesson.chat.Guest;
import lesson.cluster.Engine;
import lesson.cluster.Event;
import lesson.cluster.Packet;
import lesson.cluster.Peers;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import script.Script;
import script.ScriptException;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Many machines: a chat that survives one
//
// PROSE

// %%
class Replica {
    static final int KEPT = 2000;
    final SequencedMap<String, Event> log = new LinkedHashMap<>(); // by id, in the one order
    final Map<String, String> people = new TreeMap<>(); // a room and a name, and the node that has them
    long count; // of all events, also of those that the log has dropped
    long epoch; // the last view in which this node agreed with a majority

    boolean apply(Event event) {
        if (log.putIfAbsent(event.id(), event) != null) return false; // it came a second time
        count++;
        if (log.size() > KEPT) log.pollFirstEntry();
        return switch (event.kind()) {
            case "joined" -> people.putIfAbsent(event.person(), event.node()) == null;
            case "left" -> people.remove(event.person(), event.node());
            default -> true;
        };
    }

    List<String> first(String room) {
        List<String> said = log.values().stream().filter(e -> e.room().equals(room) && e.kind().equals("said"))
                .map(Event::line).toList();
        List<String> first = new ArrayList<>(said.subList(Math.max(0, said.size() - 50), said.size()));
        first.add("people\t" + people.keySet().stream().filter(person -> person.startsWith(room + "/"))
                .map(person -> person.substring(room.length() + 1)).collect(Collectors.joining("\t")));
        return first;
    }

    Packet.State state(String node) {
        return new Packet.State(node, epoch, count, List.copyOf(log.values()), Map.copyOf(people));
    }

    boolean isContinuedBy(Packet.State other) {
        int known = other.log().size() - (int) (other.count() - count); // how many of its log should be the end of ours
        return epoch == other.epoch() && known >= 0 && (known == 0 ? count == 0 : log.lastEntry().getKey().equals(other.log().get(known - 1).id()));
    }

    void become(Packet.State other) {
        log.clear();
        people.clear();
        for (Event event : other.log()) log.put(event.id(), event);
        people.putAll(other.people());
        count = other.count();
    }
}

// %%
class Node implements Receiver {
    record Draft(Event event, Future<Boolean> kept) {}

    final String name; // another one after each start
    final int number;
    final int peers;
    final EventLoop home = new EventLoop(); // all that follows is for this loop
    final Replica replica = new Replica();
    final Map<Address, Packet> states = new HashMap<>();
    final Deque<Event> held = new ArrayDeque<>();
    final Deque<Draft> drafts = new ArrayDeque<>();
    final List<Hall> halls;
    Engine engine;
    View view;
    long mark; // the last view whose mark has come, perhaps before the view
    boolean live; // is in step with the majority
    boolean holding = true; // new events wait until all have agreed
    boolean agreed;
    Task<?> sender;
    volatile boolean cut = true; // for all loops

    Node(int number, Peers peers, int loops) throws Exception {
        name = number + "-" + Long.toHexString(new SecureRandom().nextLong());
        this.number = number;
        this.peers = peers.size();
        halls = Stream.generate(() -> new Hall(this)).limit(loops).toList();
        engine = Engine.join(peers, number, this);
    }

    public void receive(Message message) { // on a thread of the engine
        Packet packet = Packet.of(message.getArray(), message.getOffset(), message.getLength());
        Address from = message.getSrc();
        home.callSoonThreadsafe(() -> accept(from, packet));
    }

    public void viewAccepted(View next) { // on a thread of the engine
        home.callSoonThreadsafe(() -> enter(next));
    }

    Future<Boolean> submit(Event event) { // on any loop
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
            byte[] packet = Packet.events(batch.stream().map(Draft::event).toList()).toBytes();
            do {
                while (!agreed) await(new SleepEvent(Duration.ofMillis(10)));
            } while (!reaches(view, packet));
            for (Draft draft : batch) draft.kept.complete(true);
        }
    }

    boolean reaches(View all, byte[] packet) throws Exception {
        return await(home.runInExecutor(() -> engine.reaches(all, packet)));
    }

    void accept(Address from, Packet packet) {
        if (packet.events() != null) {
            held.addAll(packet.events());
            if (!holding) release();
        } else if (packet.state() != null) {
            states.put(from, packet);
            agree();
        } else if (packet.view() > mark) {
            mark = packet.view();
            holdFromHere();
            if (view != null && mark == id()) sendState();
        }
    }

    void holdFromHere() {
        if (live) release();
        else held.clear(); // the states of others have it
        holding = true;
    }

    void sendState() {
        byte[] mine = Packet.state(id(), replica.state(name)).toBytes();
        home.runInExecutor(() -> { engine.send(mine); return null; });
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
            List<String> first = counts ? replica.first(event.room()) : null;
            tell(hall -> hall.admit(event.id(), first));
        }
        if (counts) tell(hall -> hall.hear(event.room(), event.line()));
    }

    void enter(View next) {
        view = next;
        agreed = false;
        cut = 2 * next.size() <= peers;
        if (mark < id() && live) release();
        live &= !cut;
        holding = !live || mark == id();
        if (cut) announce();
        else if (mark == id()) sendState();
        else if (next.getCoord().equals(engine.address())) home.createTask("mark", () -> {
            while (view == next && !reaches(next, Packet.mark(id()).toBytes())) {}
        });
    }

    void agree() {
        if (view == null || agreed) return;
        List<Packet.State> all = view.getMembers().stream().map(states::get)
                .filter(packet -> packet != null && packet.view() == id()).map(Packet::state).toList();
        if (all.size() < view.size()) return;
        Packet.State best = all.stream().max(Comparator.comparing(Packet.State::epoch)
                .thenComparing(Packet.State::count)).get();
        if (replica.isContinuedBy(best)) {
            for (Event event : best.log().subList(best.log().size() - (int) (best.count() - replica.count), best.log().size())) apply(event);
        } else {
            replica.become(best);
            tell(Hall::dismissAll);
        }
        replica.epoch = id();
        Set<String> nodes = all.stream().map(Packet.State::node).collect(Collectors.toSet());
        for (var person : Map.copyOf(replica.people).entrySet()) {
            if (nodes.contains(person.getValue())) continue;
            replica.people.remove(person.getKey());
            String[] words = person.getKey().split("/", 2);
            tell(hall -> hall.hear(words[0], "left\t" + words[1]));
        }
        live = true;
        agreed = true;
        holding = false;
        announce();
        release();
    }

    void announce() {
        String members = view.getMembers().stream().map(Object::toString).collect(Collectors.joining(", "));
        IO.println("node " + number + (cut ? " is cut off with " : " is with ") + members);
        tell(hall -> hall.hear(null, (cut ? "cut\t" : "nodes\t") + members));
    }

    void tell(Consumer<Hall> news) {
        for (Hall hall : halls) if (hall.loop != null) hall.loop.callSoonThreadsafe(() -> news.accept(hall));
    }

    void close() {
        engine.close();
        home.callSoonThreadsafe(home::stop);
    }
}

// %%
class Hall {
    final Node node;
    final Map<String, Guest> waiting = new HashMap<>(); // by the id of the event that lets them in
    final Set<Guest> here = new LinkedHashSet<>();
    final HttpServer http = new HttpServer(new Application()
            .route("/chat/(\\w{1,20})", Handler::new)
            .route("/|/chat.css|/chat.js", ChatPage::new));
    volatile EventLoop loop; // null until the first client

    Hall(Node node) {
        this.node = node;
    }

    void admit(String id, List<String> first) {
        Guest guest = waiting.remove(id);
        if (guest == null) return; // another loop's
        if (first == null) guest.refuse();
        else if (here.add(guest)) guest.admit(first);
    }

    void hear(String room, String line) {
        for (Guest guest : here) if (room == null || guest.room().equals(room)) guest.tell(line);
    }

    void dismissAll() {
        for (Guest guest : here) guest.dismiss(1012, "this node was away: come back");
    }

    class Handler extends WebSocketHandler {
        static final AtomicLong NEXT = new AtomicLong();
        String name;
        Guest guest; // null if nobody may enter
        
        Event event(String id, String line) {
            return new Event(id, node.name, pathArgument(1), line);
        }

        String nextId() {
            return node.name + "/" + NEXT.incrementAndGet();
        }

        protected void open() throws Exception {
            loop = EventLoop.current();
            name = argument("name", "").strip();
            if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,19}")) {
                close(4000, "a name has up to 20 letters and digits");
            } else if (node.cut) {
                close(4003, "this node is cut off from the others");
            } else {
                Event joined = event(nextId(), "joined\t" + name);
                guest = new Guest(socket(), pathArgument(1));
                waiting.put(joined.id(), guest);
                node.submit(joined);
                if (!await(guest.admitted())) close(4001, "somebody has this name already");
            }
        }

        protected void onMessage(String message) throws Exception {
            String[] words = message.split("\t", 2);
            if (!here.contains(guest) || words[0].equals("typing")) return;
            if (!message.matches("(?s)say( \\w+)?\t.*")) {
                close(4002, "'say', a tab and a text, please");
                return;
            }
            String id = words[0].length() > 3 ? name + "/" + words[0].substring(4) : nextId();
            if (node.cut) {
                guest.tell("refused\t" + id);
            } else {
                await(node.submit(event(id, "said\t" + name + "\t" + words[1])));
                guest.tell("kept\t" + id);
            }
        }

        protected void onClose() {
            if (guest == null) return;
            guest.left();
            if (here.remove(guest)) node.submit(event(nextId(), "left\t" + name));
        }
    }
}

// %%
Server start(String host, int port, Peers peers, int number, int loops) throws Exception {
    var listener = loops == 1 ? Sockets.listen(host, port) : Sockets.listenShared(host, port);
    var node = new Node(number, peers, loops);
    List<HttpServer> servers = node.halls.stream().map(hall -> hall.http).toList();
    return Server.start(host, listener, l -> {
        Thread.startVirtualThread(node.home::runForever);
        try {
            HttpLoops.run(servers, l, Duration.ofSeconds(2));
        } finally {
            node.close();
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

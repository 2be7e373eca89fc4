// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java ../lib/aio/tasks/Queue.java ../lib/aio/tasks/Semaphore.java
//SOURCES ../lib/aio/http/HttpServer.java ../lib/lesson/chat/ChatHandler.java ../lib/lesson/chat/SlowReader.java
//SOURCES ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.tasks.Queue;
import aio.tasks.QueueShutDown;
import aio.tasks.Semaphore;
import aio.http.HttpServer;
import aio.websocket.WebSocket;
import lesson.chat.ChatHandler;
import lesson.chat.SlowReader;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # A chat, and the client that doesn't read
//
// Up to [tornado_login](tornado_login.java), the browser asks and the server answers. In a chat, the server has news
// for people who haven't asked for anything. How does the news reach them? And if one of a hundred people in a room is
// on a phone in a tunnel, and takes no more bytes, who waits for that phone?
//
// The first question has a standard answer: **WebSocket** ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455)), a
// protocol in which both sides send messages whenever they like. The second is for you to decide, and that decision is
// what this chapter is about.
//
// ## From HTTP to WebSocket
//
// A WebSocket starts as an HTTP request that asks for another protocol. The server answers 101 (Switching Protocols),
// and from then on the same connection carries **frames**:
//
// ```diagram
//   browser                                   server
//      |                                         |
//      +- GET /chat/lobby, Upgrade: websocket -->|
//      |<- 101, Sec-WebSocket-Accept ------------+
//      +- frame: say ... ----------------------->|
//      |<- frame: joined Bob --------------------+ nobody has asked for it
//      |<- frame: ping --------------------------+ still there?
//      +- frame: pong -------------------------->|
//      +- frame: close 1000 -------------------->|
//      |<- frame: close 1000 --------------------+
// ```
//
// The request has a random key, and the answer has a hash of it. The hash isn't a secret: it only proves that the
// server speaks WebSocket, and isn't some other server that was tricked into answering. A frame starts with two bytes.
// The first says whether the message ends here and what it is (1 stands for text), and the second is the length.
// Clients also **mask** what they send: they XOR it with four random bytes. Otherwise, a page could choose the exact
// bytes that its browser sends, and make them look like an HTTP request to a proxy in between.

// %%
static byte[] frame(String text, byte... mask) {
    byte[] payload = text.getBytes(); // less than 126 bytes; a longer one needs a longer length
    int maskBit = mask.length > 0 ? 0x80 : 0;
    var frame = ByteBuffer.allocate(2 + mask.length + payload.length);
    frame.put((byte) 0x81).put((byte) (maskBit | payload.length)).put(mask);
    for (int i = 0; i < payload.length; i++) frame.put((byte) (maskBit > 0 ? payload[i] ^ mask[i % 4] : payload[i]));
    return frame.array();
}

void bytes() {
    var hex = HexFormat.ofDelimiter(" ");
    IO.println("server: " + hex.formatHex(frame("Hello")));
    IO.println("client: " + hex.formatHex(frame("Hello", (byte) 0x37, (byte) 0xfa, (byte) 0x21, (byte) 0x3d)));
}

// %% [markdown]
// The mask and the text are the RFC's own examples. Where in the client's frame is the mask?
//
// ```console
// $ ./jbang tornado_chat --bytes
// server: 81 05 48 65 6c 6c 6f
// client: 81 85 37 fa 21 3d 7f 9f 4d 51 58
// ```
//
// Bytes three to six. The `85` before them is the length with the highest bit set, which says that a mask follows.
// After the mask comes the text: `48` (`H`) XOR `37` is `7f`. The library's
// [WebSocket](../lib/aio/websocket/WebSocket.java) does the same, hardened:
//
// | it adds | because |
// | --- | --- |
// | messages in [fragments](../lib/aio/websocket/FrameParser.java#poll), with pings between them | a sender may not know the length yet |
// | a check that a text is UTF-8 | a character may be cut in two by a fragment's end |
// | limits for a message, for silence, and for a write | a client may send without end, vanish, or not read |
// | a lock around each write | two tasks must not mix their frames |
// | the closing handshake, with a code that says why | the last messages must arrive before the connection ends |
//
// ## A queue for each person
//
// Here's the obvious way to tell everybody in a room something:
//
// ```java
// for (Person person : people.values()) person.socket.send(event);
// ```
//
// `send` returns when the kernel has taken the bytes. For a phone in a tunnel, the kernel's buffers fill up, and `send`
// waits. The loop serves others, but *this room* has stopped, because the task of whoever speaks is waiting. So each
// person gets a queue, and a task that empties it into the socket; the speaker only fills the queues.
//
// When a queue is full, is its person slow, or is the speaker fast? Only time can tell, so the speaker waits until
// there's room, for a second at most. (Without that second, Ann could get everybody disconnected by saying more things
// at once than a queue holds.) If there's still no room, the person *is* slow, and the **policy** says what happens:
// `WAIT` keeps waiting, `DROP` drops the event and counts it, and `DISCONNECT` closes the connection. Below, `offer`
// returns false if an event doesn't fit, and `waitForRoom` does the rest:

// %%
enum Policy { WAIT, DROP, DISCONNECT }

class Person {
    final String name;
    final WebSocket socket;
    final Policy policy;
    final Queue<String> outbox;
    int missed; // how many events have been dropped since the last one that fit

    Person(String name, WebSocket socket, Policy policy, int capacity) {
        this.name = name;
        this.socket = socket;
        this.policy = policy;
        this.outbox = new Queue<>(capacity);
    }

    boolean offer(String event) {
        if (missed > 0 && outbox.putNowait("missed\t" + missed)) missed = 0;
        return missed == 0 && outbox.putNowait(event);
    }

    void waitForRoom(String event, Duration patience) throws IOException {
        try {
            if (missed > 0) missed++; // was slow before: nobody waits another second
            else if (policy == Policy.WAIT) await(outbox.put(event));
            else waitFor(outbox.put(event), patience);
        } catch (TimeoutException e) {
            if (policy == Policy.DROP) missed++;
            else EventLoop.current().closeChannel(socket.channel());
        } catch (QueueShutDown e) {
            // This person has just left.
        }
    }

    void send(List<String> first) {
        try {
            for (String event : first) socket.send(event);
            while (true) socket.send(await(outbox.get()));
        } catch (IOException | QueueShutDown e) {
            // The connection has ended.
        }
    }
}

// %% [markdown]
// `DISCONNECT` sends no close frame, because it would have to wait behind everything that the client hasn't read.
//
// An event is a line whose parts are separated by tabs: `said`, a name, a text. The room keeps the last 50 lines that
// were said. Whoever enters gets these first, and then what is in their queue. `enter` awaits nothing between the copy
// of the history and `people.put`; what could a newcomer miss if it did?

// %%
class Room {
    static final int CROWD = 100; // with more people than that, nobody reads who comes and goes
    final Map<String, Person> people = new TreeMap<>();
    final Deque<String> history = new ArrayDeque<>();
    final Semaphore turn = new Semaphore(1); // only one person speaks at a time

    void enter(Person person) {
        List<String> first = new ArrayList<>(history);
        first.add("people\t" + String.join("\t", people.keySet().stream().limit(CROWD).toList()));
        first.add("joined\t" + person.name);
        people.put(person.name, person);
        EventLoop.current().createTask("send to " + person.name, () -> person.send(first));
        announce("joined\t" + person.name, person);
    }

    void leave(Person person) {
        people.remove(person.name);
        person.outbox.shutdown();
        announce("left\t" + person.name, person);
    }

    void announce(String event, Person from) {
        if (people.size() > CROWD) return;
        for (Person person : people.values()) if (person != from) person.offer(event);
    }

    void say(Person from, String text) throws IOException {
        String event = "said\t" + from.name + "\t" + text;
        try (var _ = await(turn.acquire())) {
            history.add(event);
            if (history.size() > 50) history.remove();
            List<Person> full = people.values().stream().filter(person -> !person.offer(event)).toList();
            long end = System.nanoTime() + 1_000_000_000;
            for (Person person : full) person.waitForRoom(event, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }
}

// %% [markdown]
// If `enter` awaited something there, a line said meanwhile would be neither in the newcomer's copy of the history nor
// in the newcomer's queue.
//
// In `say`, all who are slow share one second. While a speaker waits, `turn` lets nobody else speak. Without it,
// somebody whose queue had room again in the meantime would hear the second speaker before the first, and others the
// other way round. No policy applies to `announce`: the news that somebody has joined or is typing goes only into
// queues that have room.
//
// ## The handler
//
// A [WebSocketHandler](../lib/aio/web/WebSocketHandler.java) has Tornado's methods: `open`, `onMessage` for each
// message, and `onClose`, however the connection ended. [ChatHandler](../lib/lesson/chat/ChatHandler.java) implements
// them: it checks names and messages, and calls `enter`, `say`, `typing` and `leave`. (The `number` of a text is for
// [chat_cluster](chat_cluster.java).)
//
// Names and texts come from strangers. Our page puts them into its document as `textContent`
// (`lib/lesson/chat/chat.js`), so `<b>` stays three characters. And since a browser lets *any* page open a WebSocket to
// any server, with the user's cookies, the handler compares the page's `Origin` with its own host
// ([checkOrigin](../lib/aio/web/WebSocketHandler.java#checkOrigin)).

// %%
class Chat {
    final Map<String, Room> rooms = new HashMap<>();
    final Policy policy;
    final int capacity;
    final HttpServer http = ChatHandler.server(Handler::new);

    Chat(Policy policy, int capacity) {
        this.policy = policy;
        this.capacity = capacity;
    }

    class Handler extends ChatHandler {
        Room room;
        Person person;

        protected boolean enter(String name) {
            room = rooms.computeIfAbsent(room(), _ -> new Room());
            if (room.people.containsKey(name)) return false;
            person = new Person(name, socket(), policy, capacity);
            room.enter(person);
            return true;
        }

        protected void say(String number, String text) throws IOException {
            room.say(person, text);
        }

        protected void typing() {
            room.announce("typing\t" + person.name, person);
        }

        protected void leave() {
            room.leave(person);
            if (room.people.isEmpty()) rooms.remove(room(), room);
        }
    }
}

// %% [markdown]
// Apart from `turn`, nothing here has a lock: all of it runs on the loop, where a task makes way for others only at an
// `await`.
//
// ## Who waits for Sam?
//
// Ann, Bob and Sam are in the lobby. Ann says 1,000 things of 15 kB each, as fast as the server takes them. Bob reads,
// Sam doesn't. When Bob has everything (or with `wait`, when Sam's queue is full, so that Ann waits), Sam begins to
// read, and Ann says one thing more.

// %%
void slow(Policy policy, int capacity) throws Exception {
    var chat = new Chat(policy, capacity);
    int full = policy == Policy.WAIT ? capacity : Integer.MAX_VALUE; // with so many in Sam's queue, Ann waits
    SlowReader.run(chat.http, () -> chat.rooms.get("lobby").people.get("Sam").outbox::size, full);
}

// %% [markdown]
// The first run has a bound that nobody reaches, so Bob gets everything at once. Who pays?
//
// ```console
// $ ./jbang tornado_chat --slow --queue 1000000
// Bob has 1,000; [...] wait in Sam's queue
// Bob has 1,001; Sam has 1,001, and missed 0
// ```
//
// The server pays: the kernel's buffers take a few hundred lines, and the rest (732 when we ran it, 11 MB) stay in the
// server's memory, for *one* phone. So the queue gets a bound of 64, the default. Under which policy does Bob have to
// wait, and what does Sam lose?
//
// ```console
// $ ./jbang tornado_chat --slow --policy wait
// Bob has [...]; 64 wait in Sam's queue
// Bob has 1,001; Sam has 1,001, and missed 0
// $ ./jbang tornado_chat --slow --policy drop
// Bob has 1,000; 64 wait in Sam's queue
// Bob has 1,001; Sam has [...], and missed [...]
// $ ./jbang tornado_chat --slow --policy disconnect
// Bob has 1,000; 64 wait in Sam's queue
// Bob has 1,001; Sam has [...], and his connection is broken
// ```
//
// | policy | who pays | right for |
// | --- | --- | --- |
// | wait | the whole room, which is as fast as its slowest client (Bob had 333) | few clients, all yours, that must not miss anything |
// | drop | Sam, who misses 668, and is told how many | prices or positions: the next message replaces the last |
// | disconnect | Sam, who has to come back | a chat: whoever comes back gets the history |
//
// With `wait`, Ann's handler doesn't read while it waits, so Ann's client soon can't send, either: **backpressure**, as
// in [task_group](task_group.java). If Sam never reads, the server closes his connection once a write has taken 30
// seconds (`limits` in `ChatHandler`), and the room goes on.

// %%
Server start(String host, int port, Policy policy, int capacity) throws IOException {
    var chat = new Chat(policy, capacity);
    return Server.start(host, Sockets.listen(host, port), listener -> chat.http.run(listener, Duration.ofSeconds(2)),
            () -> chat.http.accepted() + " clients");
}

void main(String... args) throws Exception {
    String usage = """
            tornado_chat [host] [port] [--policy NAME] [--queue N] [--slow] [--bytes]

            A chat: rooms of people with names. Open it in two windows of a browser.

              host      where to listen (default localhost)
              port      the port, 0 for any free one (default 8080)
              --policy  what happens to a client that doesn't read: wait, drop or disconnect (the default)
              --queue   how many events wait for a client at most (default 64)
              --slow    no server: 1,000 messages to a client that doesn't read, and to one that does
              --bytes   no server: the bytes of two frames
            """;
    List<String> options = List.of(args);
    if (options.contains("--bytes")) Script.run(usage, args, _ -> bytes());
    else if (options.contains("--slow")) Script.run(usage, args, a ->
            slow(a.choice("--policy", Policy.DISCONNECT), a.number("--queue", 64, 1, 1_000_000)));
    else Script.serve(usage, args, a -> start(a.host(), a.port(8080),
            a.choice("--policy", Policy.DISCONNECT), a.number("--queue", 64, 1, 1_000_000)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang tornado_chat
// server started on localhost:8080
// ```
//
// Open `http://localhost:8080` in two windows and join under two names. Then do the handshake by hand, once as a page
// of this server and once as a page from elsewhere:
//
// ```console
// $ for page in localhost:8080 evil.example; do printf "GET /chat/lobby?name=Eve HTTP/1.1\r\nHost: localhost:8080\r\nOrigin: http://$page\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" | ./jbang talk localhost 8080 | tr -d '\r' | grep --text '^HTTP\|^Sec'; done
// HTTP/1.1 101 Switching Protocols
// Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
// HTTP/1.1 403 Forbidden
// ```

// %% tags=["active-ipynb"]
// for (Policy policy : Policy.values()) slow(policy, 64);

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, Policy.DISCONNECT, 64);
//         var in = URI.create("http://localhost:" + server.port() + "/").toURL().openStream()) {
//     IO.println(new String(in.readAllBytes()).lines().filter(line -> line.contains("<title>")).findFirst().get());
// }

// %% [markdown]
// ## How many?
//
// We put 5,000 people into one room and let one of them say ten things a second, with the load on the same machine (two
// processors, busy with other things). The server, in a heap of 128 MB, used 57% of a processor for its 50,000
// messages a second, and 192 MB in all.
//
// ## Or just block
//
// With virtual threads, each client has two: one reads, and one takes from an `ArrayBlockingQueue` and writes. `put`,
// `offer` and `close` are the three policies, and the decision is the same. The room changes: its map and its history
// are shared by all threads, so `enter` needs a lock to copy the history and add the person in one step, and `say`
// needs the same lock. With `wait`, a speaker who holds that lock while waiting for a slow client also keeps everybody
// from entering.
//
// ## What it still can't do
//
// It has one loop, so it uses one core, however many the machine has. [many_loops](many_loops.java) runs a loop on
// each. A second server would have rooms of its own; in [chat_cluster](chat_cluster.java), several servers share
// theirs. Two questions about waiting are left, too. Once a socket is ready, does our thread have to fetch the bytes?
// [nio2_server](nio2_server.java) lets somebody else do it. And what does a switch between coroutines cost?
// [coroutine_cost](coroutine_cost.java) measures it.
//
// ## Exercises
//
// - Longer than 125 bytes: `./jbang exercise start tornado_chat_1`
// - How much did Sam miss?: `./jbang exercise start tornado_chat_2`

//SOURCES ../../aio/EventLoop.java ../../aio/http/HttpServer.java
//SOURCES ../chat/ChatHandler.java ../chat/Guest.java Event.java
package lesson.cluster;

import static aio.EventLoop.await;

import module java.base;

import aio.EventLoop;
import aio.Future;
import aio.http.HttpServer;

import lesson.chat.ChatHandler;
import lesson.chat.Guest;

/**
 * The people whose connections are on one loop of a node, and the server that accepts them. What
 * they do becomes an event that is submitted; what the node tells them comes from the node.
 */
public final class Hall {
    private static final AtomicLong NEXT = new AtomicLong();

    private final String node;
    private final Function<Event, Future<Boolean>> submit;
    private final BooleanSupplier isCut;
    private final HttpServer http = ChatHandler.server(Handler::new);

    /** Those who wait for the event that lets them in, by its id. */
    private final Map<String, Guest> waiting = new HashMap<>();

    private final Set<Guest> here = new LinkedHashSet<>();

    /** Null until the first client has come. */
    private volatile EventLoop loop;

    /**
     * Makes a hall without people.
     *
     * @param node the name of the node
     * @param submit takes an event on any thread, and returns a future that is complete when all
     *     nodes have it
     * @param isCut returns on any thread whether the node takes no events at present
     */
    public Hall(String node, Function<Event, Future<Boolean>> submit, BooleanSupplier isCut) {
        this.node = node;
        this.submit = submit;
        this.isCut = isCut;
    }

    /** Returns the server, which runs on the loop of this hall. */
    public HttpServer http() {
        return http;
    }

    /** Has the hall's loop do something with it, unless nobody was ever here; for any thread. */
    public void post(Consumer<Hall> news) {
        if (loop != null) loop.callSoonThreadsafe(() -> news.accept(this));
    }

    /**
     * Lets somebody in who waits in this hall for an event, or not.
     *
     * @param event the event's id
     * @param first the lines for them; null if their name is taken
     */
    public void admit(String event, List<String> first) {
        Guest guest = waiting.remove(event);
        if (guest == null) return; // somebody in the hall of another loop
        if (first == null) guest.refuse();
        else if (here.add(guest)) guest.admit(first);
    }

    /** Tells everybody in a room. */
    public void tell(Event event) {
        for (Guest guest : here) if (guest.room().equals(event.room())) guest.tell(event.line());
    }

    /** Tells everybody. */
    public void tellAll(String line) {
        for (Guest guest : here) guest.tell(line);
    }

    /** Asks everybody to come back, because what they have heard is no longer true. */
    public void dismissAll() {
        for (Guest guest : here) guest.dismiss(1012, "this node was away: come back");
    }

    private final class Handler extends ChatHandler {
        private Guest guest;

        private Event event(String id, String line) {
            return new Event(id, node, room(), line);
        }

        private String nextId() {
            return node + "/" + NEXT.incrementAndGet();
        }

        @Override
        protected boolean enter(String name) throws Exception {
            loop = EventLoop.current();
            if (isCut.getAsBoolean()) {
                close(4003, "this node is cut off from the others");
                return false;
            }
            Event joined = event(nextId(), "joined\t" + name);
            guest = new Guest(socket(), room());
            waiting.put(joined.id(), guest);
            submit.apply(joined);
            return await(guest.admitted());
        }

        @Override
        protected void say(String number, String text) throws Exception {
            // Who says a text again, here or at another node, gives it the same number.
            String id = number == null ? nextId() : name() + "/" + number;
            if (isCut.getAsBoolean()) {
                guest.tell("refused\t" + id);
            } else {
                await(submit.apply(event(id, "said\t" + name() + "\t" + text)));
                guest.tell("kept\t" + id);
            }
        }

        @Override
        protected void leave() {
            guest.left();
            here.remove(guest);
            submit.apply(event(nextId(), "left\t" + name()));
        }

        @Override
        protected void onClose() {
            super.onClose();
            // An event may be on its way that lets in somebody who no longer waits.
            if (guest != null && waiting.values().remove(guest)) leave();
        }
    }
}

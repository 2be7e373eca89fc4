//DEPS com.google.code.gson:gson:2.15.0
//SOURCES Event.java
package lesson.cluster;

import module java.base;

import com.google.gson.Gson;

/**
 * What nodes send each other, as JSON.
 *
 * @param view the id of the view to agree on; 0 if this has events
 * @param events what happened; null if this is about a view
 * @param state what the sender has in that view; null in a mark, after which all send their states
 */
public record Packet(long view, List<Event> events, State state) {
    private static final Gson GSON = new Gson();

    /**
     * What a node has.
     *
     * @param node the node's name, another one after each start
     * @param epoch the id of the last view in which the node was one of a majority that agreed
     * @param count how many events there have been
     * @param log the last of them
     * @param people who is in which room, and at which node
     */
    public record State(
            String node, long epoch, long count, List<Event> log, Map<String, String> people) {}

    /** Returns a packet of events. */
    public static Packet events(List<Event> events) {
        return new Packet(0, events, null);
    }

    /** Returns a mark in the order of events: all nodes send their states when they come to it. */
    public static Packet mark(long view) {
        return new Packet(view, null, null);
    }

    /** Returns what a node has in a view. */
    public static Packet state(long view, State state) {
        return new Packet(view, null, state);
    }

    /** Returns the packet as bytes. */
    public byte[] toBytes() {
        return GSON.toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a packet from a part of an array. */
    public static Packet of(byte[] bytes, int offset, int length) {
        String json = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return GSON.fromJson(json, Packet.class);
    }
}

package lesson.cluster;

/**
 * What happened in a room: a command that every node carries out, in one order.
 *
 * @param id unlike that of any other event, so one that comes twice counts once
 * @param node the node whose client caused it
 * @param room the room
 * @param line what the clients get: {@code said}, {@code joined} or {@code left}, a name, a text,
 *     with tabs between
 */
public record Event(String id, String node, String room, String line) {
    /** Returns what kind of event it is. */
    public String kind() {
        return line.split("\t", 2)[0];
    }

    /** Returns the room and the name of the person, which nobody else there has. */
    public String person() {
        return room + "/" + line.split("\t", 3)[1];
    }
}

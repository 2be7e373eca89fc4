//SOURCES Packet.java
package lesson.cluster;

import module java.base;

/**
 * What all nodes have alike, because they carry out the same events in the same order: who is in
 * which room, and what was said last. For one loop.
 */
public final class Replica {
    /** How many events a node keeps, for nodes that come late and for events that come twice. */
    private static final int KEPT = 2000;

    /** How many lines somebody gets who enters a room. */
    private static final int HISTORY = 50;

    private final SequencedMap<String, Event> log = new LinkedHashMap<>();

    /** The node of each person. */
    private final Map<String, String> people = new TreeMap<>();

    private long count;
    private long epoch;

    /** Makes a replica in which nothing has happened. */
    public Replica() {}

    /**
     * Carries out an event. Returns whether it changed anything: nothing if it came before, or if
     * somebody joins with a name that is taken.
     */
    public boolean apply(Event event) {
        if (log.putIfAbsent(event.id(), event) != null) return false;
        count++;
        if (log.size() > KEPT) log.pollFirstEntry();
        return switch (event.kind()) {
            case "joined" -> people.putIfAbsent(event.person(), event.node()) == null;
            case "left" -> people.remove(event.person(), event.node());
            default -> true;
        };
    }

    /** Returns the first lines for somebody who enters a room: what was said, and who is there. */
    public List<String> firstLines(String room) {
        List<String> said = new ArrayList<>();
        for (Event event : log.sequencedValues().reversed()) {
            if (said.size() == HISTORY) break;
            if (event.room().equals(room) && event.kind().equals("said")) said.add(event.line());
        }
        List<String> lines = new ArrayList<>(said.reversed());
        String names =
                people.keySet().stream()
                        .filter(person -> person.startsWith(room + "/"))
                        .map(person -> "\t" + person.substring(room.length() + 1))
                        .collect(Collectors.joining());
        lines.add("people" + (names.isEmpty() ? "\t" : names));
        return lines;
    }

    /** Returns a copy of all this, for other nodes. */
    public Packet.State state(String node) {
        return new Packet.State(node, epoch, count, List.copyOf(log.values()), Map.copyOf(people));
    }

    /**
     * Returns the events that another node has and this one has not. Empty if they aren't all that
     * is different.
     */
    public Optional<List<Event>> missing(Packet.State other) {
        int more = (int) Math.min(Integer.MAX_VALUE, other.count() - count);
        int known = other.log().size() - more;
        if (epoch != other.epoch() || known < 0 || more < 0) return Optional.empty();
        String last = log.isEmpty() ? null : log.lastEntry().getKey();
        String same = known == 0 ? null : other.log().get(known - 1).id();
        if (!Objects.equals(last, same)) return Optional.empty();
        return Optional.of(other.log().subList(known, other.log().size()));
    }

    /** Becomes what another node has; drops all that this one had. */
    public void become(Packet.State other) {
        log.clear();
        people.clear();
        for (Event event : other.log()) log.put(event.id(), event);
        people.putAll(other.people());
        count = other.count();
    }

    /** Notes that a majority has agreed in the view of this id. */
    public void agreed(long view) {
        epoch = view;
    }

    /** Removes the people of all nodes but these, and returns that they left. */
    public List<Event> keepOnly(Set<String> nodes) {
        List<Event> left = new ArrayList<>();
        for (var entry : people.entrySet()) {
            if (nodes.contains(entry.getValue())) continue;
            String[] person = entry.getKey().split("/", 2);
            left.add(new Event("", entry.getValue(), person[0], "left\t" + person[1]));
        }
        for (Event event : left) people.remove(event.person());
        return left;
    }
}

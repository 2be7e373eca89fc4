// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Finding;
import script.Script;

// %% [markdown]
// # More than half
//
// **Write.** After a partition, only one side may go on; and when the sides meet again, all take what that side has.
//
// This cluster is simulated, but its rules are those of [chat_cluster](../chat_cluster.java). `mayGoOn` says whether a node
// may acknowledge messages when it sees so many members, itself included, of so many configured nodes. `best` says which
// state all of them take when they meet. A state's epoch is the number of the last view in which its node could go on.
// Write both. Whatever was acknowledged must be at all nodes in the end.

// %%
record State(String node, int epoch, List<String> log) {}

boolean mayGoOn(int members, int configured) {
    // >>> start
    // return true;
    // >>> solution
    return 2 * members > configured;
    // >>> half is enough
    // return 2 * members >= configured;
    // >>> the longest log wins
    // return 2 * members > configured;
    // <<<
}

State best(List<State> states) {
    // >>> start
    // return states.getFirst();
    // >>> solution
    return Collections.max(states, Comparator.comparing(State::epoch).thenComparing(state -> state.log().size()));
    // >>> half is enough
    // return Collections.max(states, Comparator.comparing(State::epoch).thenComparing(state -> state.log().size()));
    // >>> the longest log wins
    // return Collections.max(states, Comparator.comparing(state -> state.log().size()));
    // <<<
}

// %%
class Cluster {
    final Map<String, State> states = new TreeMap<>();
    final List<String> acknowledged = new ArrayList<>();
    List<String> views = List.of();
    int view;

    /** Splits the nodes into these groups; each letter is a node. All of them in one group meet again. */
    void split(String... groups) {
        views = List.of(groups);
        view++;
        for (String group : groups) {
            List<String> nodes = List.of(group.split(""));
            List<State> had = new ArrayList<>();
            for (String node : nodes) had.add(states.getOrDefault(node, new State(node, 0, List.of())));
            boolean goesOn = mayGoOn(group.length(), String.join("", groups).length());
            State best = goesOn ? best(had) : null;
            for (State state : had) states.put(state.node(), goesOn ? new State(state.node(), view, best.log()) : state);
        }
    }

    /** Says something at a node: whoever sees it there adds it, but only a group that may go on acknowledges it. */
    void say(String node, String text) {
        String group = views.stream().filter(nodes -> nodes.contains(node)).findFirst().get();
        boolean goesOn = mayGoOn(group.length(), String.join("", views).length());
        for (String member : goesOn ? List.of(group.split("")) : List.of(node)) {
            List<String> log = new ArrayList<>(states.get(member).log());
            log.add(text);
            states.put(member, new State(member, states.get(member).epoch(), log));
        }
        if (goesOn) acknowledged.add(text);
    }
}

void main(String... args) throws Exception {
    Script.run("chat_cluster_2", args, _ -> {
        var cluster = new Cluster();
        cluster.split("ABC");
        cluster.split("A", "BC");
        cluster.say("B", "hello");
        cluster.split("ABC");
        IO.println(cluster.states.values());
    });
}

// %% tags=["check"]
void verify() {
    var alone = new Cluster();
    alone.split("ABC");
    alone.split("A", "BC");
    alone.say("A", "one");
    expect(alone, List.of(), "A can't reach B and C, and somebody says something at A.");
    var half = new Cluster();
    half.split("ABCD");
    half.split("AB", "CD");
    half.say("A", "one");
    half.say("C", "two");
    expect(half, List.of(), "Four nodes are split into two and two, and somebody says something at each side.");
    var healed = new Cluster();
    healed.split("ABC");
    healed.say("A", "one");
    healed.split("A", "BC");
    healed.say("A", "lost");
    healed.say("A", "lost, too");
    healed.say("B", "two");
    healed.split("ABC");
    expect(healed, List.of("one", "two"), "A is cut off and takes two lines, which it doesn't acknowledge; B and C acknowledge one.");
    for (State state : healed.states.values()) {
        if (!state.log().equals(healed.acknowledged)) throw new Finding("A was cut off and had two lines of its own; B and C "
                + "acknowledged 'two'. When they meet again, " + state.node() + " has " + state.log() + ".", healed.acknowledged.toString());
    }
}

void expect(Cluster cluster, List<String> acknowledged, String story) {
    if (!cluster.acknowledged.equals(acknowledged))
        throw new Finding(story + " Acknowledged: " + cluster.acknowledged + ".", acknowledged.toString());
}

// %% [markdown]
// ## Hints
//
// 1. Two groups of the same cluster can't both have more than half of the nodes.
// 2. A node that is cut off may have the longer log. What does it know of the last view in which it could go on?
//
// ## Solution
//
// With more than half, there's at most one group that goes on, and any two such groups, one after the other, have a node in
// common. That node has all that was acknowledged. Half isn't enough: of four nodes, two and two would go on, each with a
// history of its own. When the groups meet, the newest epoch says who was in the group that went on last. Only among those
// does the length of the log matter. What a minority has added was never acknowledged, and is dropped.
//
// ## Wrong attempts
//
// - start: A can't reach B and C, and somebody says something at A. Acknowledged: [one]. Expected: [].
// - half is enough: Four nodes are split into two and two, and somebody says something at each side. Acknowledged: [one,
//   two]. Expected: [].
// - the longest log wins: A was cut off and had two lines of its own; B and C acknowledged 'two'. When they meet again, A has
//   [one, lost, lost, too]. Expected: [one, two].

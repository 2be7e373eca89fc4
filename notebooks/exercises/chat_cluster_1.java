// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Finding;
import script.Script;

// %% [markdown]
// # Said once, heard once
//
// **Repair.** A node that doesn't know whether all have its message sends it again, and whoever has it already drops it.
//
// In [chat_cluster](../chat_cluster.java), a packet may come twice: the coordinator died, and nobody knows how far the
// packet got. Each event in it has an id, the node and a number. Numbers begin with 1 at each node. `apply` is called for
// each event that arrives, in the one order, and `lines` is what people see. Repair `apply`, so that what was said once is
// seen once. Somebody may well say the same thing twice, though.

// %%
record Event(String node, int number, String line) {}

class Replica {
    final List<String> lines = new ArrayList<>();
    final Set<String> seen = new HashSet<>(); // yours to use
    final Map<String, Integer> last = new HashMap<>(); // or this one
    int highest; // or this one

    void apply(Event event) {
        // >>> start
        // lines.add(event.line());
        // >>> solution
        if (seen.add(event.node() + "/" + event.number())) lines.add(event.line());
        // >>> it compares what was said
        // if (!lines.contains(event.line())) lines.add(event.line());
        // >>> one number for all nodes
        // if (event.number() > highest) {
        //     highest = event.number();
        //     lines.add(event.line());
        // }
        // >>> only the one before
        // String id = event.node() + "/" + event.number();
        // if (!seen.contains(id)) lines.add(event.line());
        // seen.clear();
        // seen.add(id);
        // <<<
    }
}

void main(String... args) throws Exception {
    Script.run("chat_cluster_1", args, _ -> {
        var replica = new Replica();
        for (Event event : List.of(new Event("A", 1, "Ann: hello"), new Event("B", 1, "Bob: hi"),
                new Event("A", 1, "Ann: hello"))) replica.apply(event);
        IO.println(replica.lines);
    });
}

// %% tags=["check"]
void verify() {
    var hello = new Event("A", 1, "Ann: hello");
    var hi = new Event("B", 1, "Bob: hi");
    var again = new Event("A", 2, "Ann: hello");
    expect("Each of two nodes sends one event.", List.of(hello, hi));
    expect("Ann says hello twice.", List.of(hello, hi, again));
    expect("Node A sends its packet again.", List.of(hello, hello));
    expect("Node A sends its packet again, after one of node B.", List.of(hello, hi, hello));
    expect("Both nodes send all again.", List.of(hello, again, hi, hello, again, hi));
}

void expect(String story, List<Event> arrived) {
    var replica = new Replica();
    var ids = new HashSet<String>();
    var right = new ArrayList<String>();
    for (Event event : arrived) {
        replica.apply(event);
        if (ids.add(event.node() + "/" + event.number())) right.add(event.line());
    }
    if (!replica.lines.equals(right)) throw new Finding(story + " People see " + replica.lines + ".", right.toString());
}

// %% [markdown]
// ## Hints
//
// 1. What is the same in an event that comes a second time, and differs in every other event?
// 2. Two nodes count independently of each other. So what makes a number unique?
//
// ## Solution
//
// The node and the number together are unlike those of any other event, and are the same when the event comes again. So a
// set of them says what has been applied. `Set.add` returns whether the element is new. A server that runs for long has to
// forget old ids. The chapter's replica keeps the last 2,000 events, which is enough because nobody sends an event again
// after that many others. Since a node sends its events in order, the highest number of each node would do as well.
//
// ## Wrong attempts
//
// - start: Node A sends its packet again. People see [Ann: hello, Ann: hello]. Expected: [Ann: hello].
// - it compares what was said: Ann says hello twice. People see [Ann: hello, Bob: hi]. Expected: [Ann: hello, Bob: hi, Ann:
//   hello].
// - one number for all nodes: Each of two nodes sends one event. People see [Ann: hello]. Expected: [Ann: hello, Bob: hi].
// - only the one before: Node A sends its packet again, after one of node B. People see [Ann: hello, Bob: hi, Ann: hello].
//   Expected: [Ann: hello, Bob: hi].

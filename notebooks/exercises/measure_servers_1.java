// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import exercise.Finding;

// %% [markdown]
// # The second that counted once
//
// **Repair.** A latency counts from when the request was due, also if the load had no time to send it then.
//
// To be certain of the result, this load and its server have a clock of their own, in milliseconds: the server is a
// function from the time when a request is sent to the time when its answer is there. In ten seconds a request is due
// every 10 ms. The server answers each within 1 ms, except that it stalls for a whole second. And what does the load say?
// 99% of the requests took 1 ms. Repair `load`: it has to make every request that is due, one after another, the late
// ones as soon as it can, and to return how long each has taken as [measure_servers](../measure_servers.java) counts it.

// %%
/** Makes the requests that are due at 0, interval, 2 * interval and so on before end; returns their latencies. */
List<Long> load(LongUnaryOperator server, long interval, long end) {
    var latencies = new ArrayList<Long>();
    // >>> start
    // for (long now = 0; now < end; ) {
    //     long answered = server.applyAsLong(now);
    //     latencies.add(answered - now);
    //     now = Math.max(answered, now + interval);
    // }
    // >>> solution
    long free = 0; // when the load has the answer before
    for (long due = 0; due < end; due += interval) {
        free = server.applyAsLong(Math.max(due, free));
        latencies.add(free - due);
    }
    // >>> it counts from when a request is sent
    // long free = 0;
    // for (long due = 0; due < end; due += interval) {
    //     long sent = Math.max(due, free);
    //     free = server.applyAsLong(sent);
    //     latencies.add(free - sent);
    // }
    // >>> it leaves out what is late
    // long free = 0;
    // for (long due = 0; due < end; due += interval) {
    //     if (due < free) continue;
    //     free = server.applyAsLong(due);
    //     latencies.add(free - due);
    // }
    // >>> it sends before it has the answer
    // for (long due = 0; due < end; due += interval) latencies.add(server.applyAsLong(due) - due);
    // <<<
    return latencies;
}

// %%
/** Returns a server that answers in 1 ms, but nothing from one time until another. */
LongUnaryOperator stalling(long from, long until) {
    return sent -> (sent >= from && sent < until ? until : sent) + 1;
}

/** Returns the time within which so many of 100 requests were answered. */
long percentile(int percent, List<Long> latencies) {
    List<Long> sorted = latencies.stream().sorted().toList();
    return sorted.get((sorted.size() * percent + 99) / 100 - 1);
}

void main() {
    List<Long> latencies = load(stalling(5000, 6000), 10, 10_000);
    IO.println("%,d requests, p50 %,d ms, p99 %,d ms, slowest %,d ms".formatted(latencies.size(),
            percentile(50, latencies), percentile(99, latencies), percentile(100, latencies)));
}

// %% tags=["check"]
void expect(long seen, long right, String what, String why) {
    if (seen != right) throw new Finding(what.formatted(seen), "%,d, %s".formatted(right, why));
}

void checkWithStall(long from, long until, long slow, long p99) {
    var times = new ArrayList<Long>();
    LongUnaryOperator stalling = stalling(from, until);
    LongUnaryOperator noted = sent -> {
        times.add(sent);
        return stalling.applyAsLong(sent);
    };
    List<Long> latencies = load(noted, 10, 10_000);
    String stall = "The server stalled from %,d to %,d ms, and ".formatted(from, until);
    expect(times.size(), 1000, stall + "the load made %,d requests.", "one for every 10 ms of ten seconds");
    long early = IntStream.range(1, times.size()).filter(i -> times.get(i) <= times.get(i - 1)
            || times.get(i) < stalling.applyAsLong(times.get(i - 1))).count();
    expect(early, 0, stall + "%,d requests were sent before the answer to the one before was there.",
            "because the load makes one after another");
    long found = latencies.stream().filter(latency -> latency > 1).count();
    expect(found, slow, stall + "in the load's result the number of slow requests is %,d.",
            "those that were due in the stall and those that then waited behind them, more than 1 ms each");
    expect(percentile(99, latencies), p99, stall + "the p99 of the load is %,d ms.", "counted from when each was due");
}

void verify() {
    checkWithStall(5000, 6000, 112, 911);
    checkWithStall(2000, 2500, 56, 411);
}

// %% [markdown]
// ## Hints
//
// 1. How many requests are due in ten seconds, and how many does the load make? Which ones are missing?
// 2. When the requests are due is known in advance, whatever the server does. So loop over those times.
// 3. A request is sent when it's due, or when the answer before has come, whichever is later. From which of the two does
//    its latency count?
//
// ## Solution
//
// The start waits for each answer before it thinks about the next request. When the server stalls, the load stalls with
// it: the requests of that second are never made, and the stall counts as one slow request among 900. What it leaves out
// are the requests that would have looked bad, which is why it's called coordinated omission. Making them later isn't
// enough, because a late request is answered quickly once it's sent. A user who wanted something at 5,010 ms has waited
// since then. Counted like that, 112 requests were slow, and the p99 is 911 ms and not 1.
//
// ## Wrong attempts
//
// - start: The server stalled from 5,000 to 6,000 ms, and the load made 901 requests. Expected: 1,000, one for every 10
//   ms of ten seconds.
// - it counts from when a request is sent: The server stalled from 5,000 to 6,000 ms, and in the load's result the number
//   of slow requests is 1. Expected: 112, those that were due in the stall and those that then waited behind them, more
//   than 1 ms each.
// - it leaves out what is late: The server stalled from 5,000 to 6,000 ms, and the load made 900 requests. Expected:
//   1,000, one for every 10 ms of ten seconds.
// - it sends before it has the answer: The server stalled from 5,000 to 6,000 ms, and 100 requests were sent before the
//   answer to the one before was there. Expected: 0, because the load makes one after another.

// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import exercise.Finding;

// %% [markdown]
// # From readings to a ratio
//
// **Write.** Compare what each server used between two readings, in the same round.
//
// [measure_peers](../measure_peers.java) compares servers by the CPU of a request. Here are the readings of such a run:
// before and after each load, what the server's process has used since it started. Write two methods:
//
// - `cost` returns the CPU that a request took during one load, in microseconds: user and system time.
// - `ratio` gets the costs of two servers, a pair for each round, and returns the median of the rounds' ratios: how
//   many times the cost of `first` did `second` have? `median` is given.
//
// As they are, the methods return something that looks right and isn't.

// %%
/** What a process has used since its start, what it has answered, and what the clock on the wall says. */
record Reading(Duration user, Duration system, long requests, Duration clock) {
    static Reading of(long userMillis, long systemMillis, long requests, long clockMillis) {
        return new Reading(Duration.ofMillis(userMillis), Duration.ofMillis(systemMillis), requests,
                Duration.ofMillis(clockMillis));
    }
}

double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
}

double micros(Duration time) { return time.toNanos() / 1e3; }

// %%
double cost(Reading before, Reading after) {
    // >>> start
    // return micros(after.clock().minus(before.clock())) / (after.requests() - before.requests());
    // >>> solution
    Duration user = after.user().minus(before.user());
    Duration system = after.system().minus(before.system());
    return micros(user.plus(system)) / (after.requests() - before.requests());
    // >>> only user time
    // return micros(after.user().minus(before.user())) / (after.requests() - before.requests());
    // >>> since the start of the process
    // return micros(after.user().plus(after.system())) / after.requests();
    // <<<
}

double ratio(List<Double> first, List<Double> second) {
    // >>> start
    // return median(second) / median(first);
    // >>> solution
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < first.size(); i++) ratios.add(second.get(i) / first.get(i));
    return median(ratios);
    // >>> the ratio of the medians
    // return median(second) / median(first);
    // >>> the ratio of the sums
    // return second.stream().mapToDouble(c -> c).sum() / first.stream().mapToDouble(c -> c).sum();
    // >>> the other way round
    // var ratios = new ArrayList<Double>();
    // for (int i = 0; i < first.size(); i++) ratios.add(first.get(i) / second.get(i));
    // return median(ratios);
    // <<<
}

// %%
// Five rounds; the machine was busy with something else in the second and the fourth, and for a while in the fifth.
final List<Double> quick = List.of(7.0, 14.0, 7.0, 14.0, 7.0);
final List<Double> slow = List.of(14.0, 28.0, 14.0, 28.0, 42.0);

void main() {
    // It took 6.0 s of CPU to start and to get warm, and then the load came for two seconds.
    var before = Reading.of(5_000, 1_000, 40_000, 20_000);
    var after = Reading.of(5_500, 1_200, 140_000, 22_000);
    IO.println(String.format(Locale.ROOT, "%.2f us of CPU a request", cost(before, after)));
    IO.println(String.format(Locale.ROOT, "%.2f times the cost", ratio(quick, slow)));
}

// %% tags=["check"]
String text(double number) { return String.format(Locale.ROOT, "%.2f", number); }

void verify() {
    var before = Reading.of(5_000, 1_000, 40_000, 20_000);
    var after = Reading.of(5_500, 1_200, 140_000, 22_000);
    String cost = text(cost(before, after));
    if (!cost.equals("7.00"))
        throw new Finding("In two seconds, 100,000 requests took 500 ms of user and 200 ms of system time, and cost is "
                + cost + " us.", "7.00 us of CPU for each of these requests");
    String ratio = text(ratio(quick, slow));
    if (!ratio.equals("2.00"))
        throw new Finding("In four rounds of five, the second server took twice the CPU of the first, and ratio is "
                + ratio + ".", "2.00, the median of what each round says");
}

// %% [markdown]
// ## Hints
//
// 1. The clock on the wall also runs while the server waits for its load. Which two of the durations don't?
// 2. A reading counts from the start of the process. Which part of that belongs to this load?
// 3. In a round, both servers ran on the same machine, as busy as it was. So divide within each round first.
//
// ## Solution
//
// Time on the wall says how fast the load came, and not what a request costs the server. CPU does, if you take user and
// system time (a server that only moves bytes spends much of its time in the kernel) and subtract what the process had
// used before: a JVM that starts and compiles uses seconds. The ratio is taken within each round, because a busy
// machine makes both servers of that round slower. The medians of the columns come from different rounds: here 7 from a
// quiet one and 28 from a busy one, which would say 4. In a sum, one disturbed round weighs as much as several good ones.
// None of this helps if one server runs in the quiet half of the time and the other in the busy half: the rounds have to
// take turns.
//
// ## Wrong attempts
//
// - start: In two seconds, 100,000 requests took 500 ms of user and 200 ms of system time, and cost is 20.00 us.
//   Expected: 7.00 us of CPU for each of these requests.
// - only user time: In two seconds, 100,000 requests took 500 ms of user and 200 ms of system time, and cost is 5.00 us.
//   Expected: 7.00 us of CPU for each of these requests.
// - since the start of the process: In two seconds, 100,000 requests took 500 ms of user and 200 ms of system time, and
//   cost is 47.86 us. Expected: 7.00 us of CPU for each of these requests.
// - the ratio of the medians: In four rounds of five, the second server took twice the CPU of the first, and ratio is
//   4.00. Expected: 2.00, the median of what each round says.
// - the ratio of the sums: In four rounds of five, the second server took twice the CPU of the first, and ratio is 2.57.
//   Expected: 2.00, the median of what each round says.
// - the other way round: In four rounds of five, the second server took twice the CPU of the first, and ratio is 0.50.
//   Expected: 2.00, the median of what each round says.

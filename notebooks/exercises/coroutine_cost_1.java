// %%
//JAVA 25+
//SOURCES ../../lib/aio/Coroutine.java
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import aio.Coroutine;
import exercise.Finding;

// %% [markdown]
// # A switch for each delivery
//
// **Repair.** A switch is expensive next to a call, so an `await` tries first and suspends only if nothing is there.
//
// A coroutine takes numbers out of a `Mailbox` and adds them up. The loop puts numbers in and resumes the coroutine, as
// [event_loop](../event_loop.java) does after a `select`, and it counts how often it has switched to it. The
// numbers come in deliveries of a hundred, but `take` suspends the coroutine for each one. Repair `take`, so that the
// loop switches once for each delivery. It may also resume the coroutine when there's nothing to take.

// %%
class Mailbox {
    final Queue<Integer> numbers = new ArrayDeque<>();

    /** Returns the next number; suspends the coroutine that calls it until there is one. */
    Integer take() {
        // >>> start
        // Coroutine.yield("waiting for a number");
        // return numbers.poll();
        // >>> solution
        while (numbers.isEmpty()) Coroutine.yield("waiting for a number");
        return numbers.poll();
        // >>> it looks once
        // if (numbers.isEmpty()) Coroutine.yield("waiting for a number");
        // return numbers.poll();
        // <<<
    }
}

// %%
/** Takes numbers until the 0, and returns their sum. */
long sum(Mailbox mailbox) {
    long sum = 0;
    for (Integer number = mailbox.take(); number != 0; number = mailbox.take()) sum += number;
    return sum;
}

record Result(long sum, int switches) {}

/** Runs sum, and counts the switches to it: one to start it, and those after each delivery. */
Result run(List<List<Integer>> deliveries) throws Exception {
    var mailbox = new Mailbox();
    var coroutine = new Coroutine<Long>(() -> sum(mailbox));
    coroutine.send(null);
    int switches = 1;
    for (List<Integer> delivery : deliveries) {
        mailbox.numbers.addAll(delivery);
        do {
            coroutine.send(null);
            switches++;
        } while (!mailbox.numbers.isEmpty() && !coroutine.isDone());
    }
    return new Result(coroutine.result(), switches);
}

// %%
/** Returns so many deliveries of a hundred ones; the last delivery is a single 0. */
List<List<Integer>> hundreds(int count) {
    var deliveries = new ArrayList<List<Integer>>(Collections.nCopies(count, Collections.nCopies(100, 1)));
    deliveries.add(List.of(0));
    return deliveries;
}

void main() throws Exception {
    IO.println(run(hundreds(10)));
}

// %% tags=["check"]
void expect(String situation, Result result, long sum, int switches) {
    if (result.sum() != sum)
        throw new Finding(situation + ", and their sum was %,d.".formatted(result.sum()), "%,d".formatted(sum));
    if (result.switches() != switches)
        throw new Finding(situation + ", and the loop switched %,d times.".formatted(result.switches()),
                "%d, once to start the coroutine and once for each delivery".formatted(switches));
}

void verify() throws Exception {
    expect("1,000 numbers and the 0 came in 11 deliveries", run(hundreds(10)), 1000, 12);
    try {
        expect("Two of four deliveries were empty", run(List.of(List.of(), List.of(1, 2), List.of(), List.of(3, 0))), 6, 5);
    } catch (NullPointerException e) {
        throw new Finding("The coroutine was resumed, nothing was there, and take returned null.",
                "it suspends the coroutine again");
    }
}

// %% [markdown]
// ## Hints
//
// 1. A hundred numbers are in the mailbox. How many of the next hundred calls of `take` have to wait?
// 2. Suspend only if the mailbox is empty.
// 3. When the coroutine is resumed, is it certain that there's a number?
//
// ## Solution
//
// `take` looks first, so out of a full mailbox it's a method call, and a hundred numbers cost one switch: 12 instead of
// 1,002. The loop's `await` does the same with `poll`. Reading into a large buffer is the same idea once more, because
// what is in the buffer needs neither a switch nor a system call. It's a `while` and not an `if`, because being resumed
// is a reason to look and not a promise. There's a price: a coroutine that always finds something never suspends, and
// nobody else runs. A loop that wants to be fair has to make it yield now and then.
//
// ## Wrong attempts
//
// - start: 1,000 numbers and the 0 came in 11 deliveries, and the loop switched 1,002 times. Expected: 12, once to start
//   the coroutine and once for each delivery.
// - it looks once: The coroutine was resumed, nothing was there, and take returned null. Expected: it suspends the
//   coroutine again.

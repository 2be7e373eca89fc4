// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/linux/IoUring.java
//SOURCES ../../lib/script/LinuxPair.java
//SOURCES ../../lib/script/LinuxRings.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;
import linux.CompletionQueue;
import linux.Errno;
import linux.IoUring;
import linux.SubmissionEntry;
import script.LinuxPair;
import script.LinuxRings;
import script.Script;

// %% [markdown]
// # Six requests
//
// **Predict.** A completion comes when its request is done, and it has the result and a number that tells which one it was.
//
// `program` makes six requests in a ring, as [io_uring_server](../io_uring_server.java) does. The third argument of
// `add` is the number of the request. `show` prints the completions that are in the queue: the number, and the result or
// the name of the error. What does the program print? Write your lines into `prediction`, in their order. (This exercise
// needs Linux 6.1, and a kernel that allows io_uring.)

// %%
void show(CompletionQueue done) {
    while (done.next()) {
        IO.println(done.userData() + ": " + (done.result() < 0 ? Errno.name(-done.result()) : done.result()));
    }
}

void program() throws IOException {
    LinuxRings.require();
    try (var pair = new LinuxPair(); var ring = new IoUring(8, 8)) {
        MemorySegment buffer = ring.arena().allocate(8);
        MemorySegment welcome = ring.arena().allocateFrom(ValueLayout.JAVA_BYTE, "welcome".getBytes());
        ring.add(SubmissionEntry.RECV, pair.fd(), 1).buffer(buffer);
        ring.add(SubmissionEntry.NOP, -1, 2); // does nothing
        ring.add(SubmissionEntry.SEND, pair.fd(), 3).buffer(welcome);
        ring.submitAndWait(2); // submits all that was added, and waits for two completions
        show(ring.completions());
        pair.send("hello, world"); // the client sends twelve bytes
        ring.submitAndWait(1);
        show(ring.completions());
        ring.add(SubmissionEntry.RECV, pair.fd(), 4).buffer(buffer);
        ring.submitAndWait(1);
        show(ring.completions());
        ring.add(SubmissionEntry.RECV, pair.fd(), 5).buffer(buffer);
        ring.add(SubmissionEntry.RECV, -1, 6).buffer(buffer); // there is no descriptor -1
        ring.submitAndWait(1);
        show(ring.completions());
        pair.shutdownOutput(); // the client ends its side
        ring.submitAndWait(1);
        show(ring.completions());
    }
}

// %%
String prediction() {
    // >>> start
    // return """
    //         ?: ?
    //         """;
    // >>> solution
    return """
            2: 0
            3: 7
            1: 8
            4: 4
            6: EBADF
            5: 0
            """;
    // >>> in the order of the requests
    // return """
    //         1: 12
    //         2: 0
    //         3: 7
    //         4: 0
    //         5: 0
    //         6: EBADF
    //         """;
    // >>> a recv returns all that came
    // return """
    //         2: 0
    //         3: 7
    //         1: 12
    //         6: EBADF
    //         5: 0
    //         """;
    // >>> a recv without data says so
    // return """
    //         1: EAGAIN
    //         2: 0
    //         3: 7
    //         4: 8
    //         6: EBADF
    //         5: 4
    //         """;
    // >>> the fifth comes before the sixth
    // return """
    //         2: 0
    //         3: 7
    //         1: 8
    //         4: 4
    //         5: 0
    //         6: EBADF
    //         """;
    // <<<
}

void main(String... args) throws Exception {
    Script.run("""
            io_uring_server_1

            Shows in which order six requests complete, and with what (Linux only).
            """, args, _ -> program());
}

// %% tags=["check"]
void verify() throws Exception {
    program();
    Prediction.check(prediction(), Printed.lines());
}

// %% [markdown]
// ## Hints
//
// 1. Which of the first three requests can the kernel do at once, and which has to wait for the client?
// 2. The result is what the system call would return: for `recv`, a number of bytes, and no more than fit into the
//    buffer.
// 3. Where are the bytes that didn't fit, and which request gets them? What does a `recv` return at the end of the
//    stream?
//
// ## Solution
//
// The first `recv` finds no data. In a ring that's no error: the request stays with the kernel, and the two after it
// overtake it. When twelve bytes arrive, it completes with eight, as many as its buffer holds, and the next `recv` gets
// the other four at once. The fifth waits again, so the sixth, which fails, overtakes it; the fifth completes with 0 when
// the client ends its side. Completions come in the order in which the kernel is done, and only the user data tells which
// request one belongs to. So a server puts into it what it needs to find the connection and the operation.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?: ?", and the program prints something else. Expected: what the program
//   prints, line by line.
// - in the order of the requests: Line 1 of your prediction is "1: 12", and the program prints something else. Expected:
//   what the program prints, line by line.
// - a recv returns all that came: Line 3 of your prediction is "1: 12", and the program prints something else.
//   Expected: another line 3; those before it are right.
// - a recv without data says so: Line 1 of your prediction is "1: EAGAIN", and the program prints something else.
//   Expected: what the program prints, line by line.
// - the fifth comes before the sixth: Line 5 of your prediction is "5: 0", and the program prints something else.
//   Expected: another line 5; those before it are right.

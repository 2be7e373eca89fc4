// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/lesson/SignalThread.java
//SOURCES ../../lib/linux/Fcntl.java
//SOURCES ../../lib/script/LinuxPair.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;
import lesson.SignalThread;
import linux.Fcntl;
import linux.Signals;
import linux.SocketCalls;
import script.LinuxPair;
import script.Script;

// %% [markdown]
// # Three messages, late
//
// **Predict.** A real-time signal says which descriptor, and may be out of date; a SIGIO doesn't even say which.
//
// Alice sends two messages, and Bob sends one. The program was busy and takes the signals out of its queue only then,
// all of them. After that it calls `recv` once for each signal. It does this twice: first the descriptors send SIGRTMIN,
// as in [signal_driven_server](../signal_driven_server.java), and then plain SIGIO, of which it only counts the signals.
// What does the program print? Write your lines into `prediction`, in their order. (This exercise needs Linux.)

// %%
void signalThisThread(int fd, int signal) throws IOException {
    Fcntl.setOwner(fd, Signals.gettid());
    if (signal != Signals.SIGIO) Fcntl.setSignal(fd, signal); // SIGIO is the default
    Fcntl.setFlags(fd, Fcntl.O_NONBLOCK | Fcntl.O_ASYNC);
}

void talk(LinuxPair alice, LinuxPair bob) throws IOException {
    alice.send("hello");
    bob.send("hi");
    alice.send("world");
}

/** Takes the signals out of the queue, and returns the descriptor that each one names. */
List<Integer> takeAll(Signals signals) throws IOException {
    var named = new ArrayList<Integer>();
    while (signals.await(500) != 0) named.add(signals.readyFd());
    return named;
}

// %%
void withRealTimeSignals(Signals signals) throws IOException {
    MemorySegment buffer = Arena.ofAuto().allocate(1024);
    try (var alice = new LinuxPair(); var bob = new LinuxPair()) {
        signalThisThread(alice.fd(), Signals.sigrtmin());
        signalThisThread(bob.fd(), Signals.sigrtmin());
        talk(alice, bob);
        List<Integer> named = takeAll(signals);
        IO.println("SIGRTMIN: " + named.size());
        for (int fd : named) {
            int n = SocketCalls.recv(fd, buffer);
            IO.println((fd == alice.fd() ? "Alice: " : "Bob: ") + (n < 0 ? "-EAGAIN" : n));
        }
    }
}

void withSigio(Signals signals) throws IOException {
    try (var alice = new LinuxPair(); var bob = new LinuxPair()) {
        signalThisThread(alice.fd(), Signals.SIGIO);
        signalThisThread(bob.fd(), Signals.SIGIO);
        talk(alice, bob);
        IO.println("SIGIO: " + takeAll(signals).size());
    }
}

void program() throws Exception {
    SignalThread.run(signals -> withRealTimeSignals(signals));
    SignalThread.run(signals -> withSigio(signals));
}

// %%
String prediction() {
    // >>> start
    // return """
    //         SIGRTMIN: ?
    //         """;
    // >>> solution
    return """
            SIGRTMIN: 3
            Alice: 10
            Bob: 2
            Alice: -EAGAIN
            SIGIO: 1
            """;
    // >>> a recv for each message
    // return """
    //         SIGRTMIN: 3
    //         Alice: 5
    //         Bob: 2
    //         Alice: 5
    //         SIGIO: 1
    //         """;
    // >>> SIGIO is counted too
    // return """
    //         SIGRTMIN: 3
    //         Alice: 10
    //         Bob: 2
    //         Alice: -EAGAIN
    //         SIGIO: 3
    //         """;
    // >>> a signal for each client
    // return """
    //         SIGRTMIN: 2
    //         Alice: 10
    //         Bob: 2
    //         SIGIO: 1
    //         """;
    // <<<
}

void main(String... args) throws Exception {
    Script.run("""
            signal_driven_server_1

            Shows which signals three messages cause (Linux only).
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
// 1. Real-time signals are queued, and each one counts. How many events were there?
// 2. All three messages have arrived before the first `recv`. What does a `recv` of 1,024 bytes return then?
// 3. A plain signal such as SIGIO is either pending or not. What happens to the second one while the first is still
//    pending?
//
// ## Solution
//
// SIGRTMIN comes three times, once for each message, in order. But a signal carries no data and no length: the first
// `recv` takes all ten bytes of Alice, so her second signal is out of date when its turn comes, and `recv` has nothing
// to return. A program that trusts its signals would wait there, which is why the descriptors are non-blocking. SIGIO
// comes once. It isn't queued: while one is pending, the others are lost, and it doesn't name a descriptor. So all the
// program knows is that something has happened somewhere, and it has to look at each descriptor.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "SIGRTMIN: ?", and the program prints something else. Expected: what the program
//   prints, line by line.
// - a recv for each message: Line 2 of your prediction is "Alice: 5", and the program prints something else. Expected:
//   another line 2; those before it are right.
// - SIGIO is counted too: Line 5 of your prediction is "SIGIO: 3", and the program prints something else. Expected:
//   another line 5; those before it are right.
// - a signal for each client: Line 1 of your prediction is "SIGRTMIN: 2", and the program prints something else.
//   Expected: what the program prints, line by line.

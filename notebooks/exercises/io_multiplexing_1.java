// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/linux/Epoll.java
//SOURCES ../../lib/script/LinuxPair.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;
import linux.Epoll;
import linux.SocketCalls;
import script.LinuxPair;
import script.LinuxSockets;
import script.Script;

// %% [markdown]
// # Ten bytes, level and edge
//
// **Predict.** Level-triggered means 'it is ready', and edge-triggered means 'something new has arrived'.
//
// `program` watches one socket with two epolls, as [io_multiplexing](../io_multiplexing.java) does with one: the first
// is level-triggered, the second edge-triggered. `report` asks both, without waiting, whether the socket is ready. What
// does the program print? Write your lines into `prediction`, in their order. (This exercise needs Linux.)

// %%
void report(Epoll level, Epoll edge) throws IOException {
    String isReady = level.await(0) > 0 ? "yes" : "no";
    String hasNews = edge.await(0) > 0 ? "yes" : "no";
    IO.println("level " + isReady + ", edge " + hasNews);
}

void receive(LinuxPair pair, MemorySegment buffer) throws IOException {
    int n = SocketCalls.recv(pair.fd(), buffer);
    IO.println(StandardCharsets.US_ASCII.decode(buffer.asSlice(0, n).asByteBuffer()));
}

void program() throws IOException {
    LinuxSockets.requireLinux();
    MemorySegment buffer = Arena.ofAuto().allocate(5);
    try (var pair = new LinuxPair(); var arrival = new Epoll(1); var level = new Epoll(1); var edge = new Epoll(1)) {
        arrival.add(pair.fd(), Epoll.EPOLLIN | Epoll.EPOLLET);
        level.add(pair.fd(), Epoll.EPOLLIN);
        edge.add(pair.fd(), Epoll.EPOLLIN | Epoll.EPOLLET);
        pair.send("abcdefgh");
        arrival.await(5000); // until the bytes are there
        report(level, edge);
        report(level, edge);
        receive(pair, buffer);
        report(level, edge);
        pair.send("ij");
        arrival.await(5000);
        report(level, edge);
        receive(pair, buffer);
        report(level, edge);
    }
}

// %%
String prediction() {
    // >>> start
    // return """
    //         level ?, edge ?
    //         """;
    // >>> solution
    return """
            level yes, edge yes
            level yes, edge no
            abcde
            level yes, edge no
            level yes, edge yes
            fghij
            level no, edge no
            """;
    // >>> edge reports until it is read
    // return """
    //         level yes, edge yes
    //         level yes, edge yes
    //         abcde
    //         level yes, edge no
    //         level yes, edge yes
    //         fghij
    //         level no, edge no
    //         """;
    // >>> edge reports while bytes are left
    // return """
    //         level yes, edge yes
    //         level yes, edge no
    //         abcde
    //         level yes, edge yes
    //         level yes, edge yes
    //         fghij
    //         level no, edge no
    //         """;
    // >>> the news is what recv returns
    // return """
    //         level yes, edge yes
    //         level yes, edge no
    //         abcde
    //         level yes, edge no
    //         level yes, edge yes
    //         ij
    //         level yes, edge no
    //         """;
    // <<<
}

void main(String... args) throws Exception {
    Script.run("""
            io_multiplexing_1

            Shows when a level-triggered and an edge-triggered epoll report a socket (Linux only).
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
// 1. For each `report`, ask two questions. Are there bytes that nobody has read? Has anything arrived since the edge
//    was last reported?
// 2. `report` reads nothing. What changes for the two epolls between the first and the second?
// 3. The buffer holds five bytes. What is left when the first `recv` has returned, and which bytes come next?
//
// ## Solution
//
// The level-triggered epoll says yes for as long as bytes are there. The edge-triggered one says yes once for each
// arrival: for the eight bytes, and for the two. Reading five of eight is no arrival, so it's silent although three bytes
// are left. When `ij` arrives it reports again, and `recv` returns the oldest five bytes, three of which had been
// there all the time. So after an edge, a server has to call `recv` until it returns `-EAGAIN`. Otherwise old bytes wait
// for new ones.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "level ?, edge ?", and the program prints something else. Expected: what the
//   program prints, line by line.
// - edge reports until it is read: Line 2 of your prediction is "level yes, edge yes", and the program prints something
//   else. Expected: another line 2; those before it are right.
// - edge reports while bytes are left: Line 4 of your prediction is "level yes, edge yes", and the program prints
//   something else. Expected: another line 4; those before it are right.
// - the news is what recv returns: Line 6 of your prediction is "ij", and the program prints something else. Expected:
//   another line 6; those before it are right.

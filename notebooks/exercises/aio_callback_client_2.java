// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java ../../lib/exercise/Patience.java
//SOURCES ../../lib/lesson/OneByOne.java
import module java.base;
import exercise.Finding;
import exercise.Patience;
import lesson.OneByOne;

// %% [markdown]
// # The answer to the question before
//
// **Find.** A client that stops waiting for an answer has not stopped the answer from coming.
//
// A `Caller` keeps its connection, asks one question a line, and waits 0.3 seconds for the answer; `ask` returns null if
// that isn't enough. The server answers `hello` with `hello!`, and so on. Only the question `slow` takes it longer: it is
// answered when the next one comes. Then somebody recorded this:
//
// ```text
// asks hello    gets hello!
// asks slow     gets null
// asks hi       gets slow!
// asks bye      gets hi!
// ```
//
// From then on, every answer was the answer to the question before. Find the defect and repair it. As long as the answers
// come in time, the caller still has to ask all its questions on one connection.

// %%
class Caller implements AutoCloseable {
    final int port, millis;
    Socket socket; // null while there is no connection

    /** Waits for each answer for so many milliseconds. */
    Caller(int port, int millis) {
        this.port = port;
        this.millis = millis;
    }

    String ask(String question) throws IOException {
        // >>> start
        // >>> solution
        // >>> a connection for each question
        // close();
        // <<<
        if (socket == null) {
            socket = new Socket("localhost", port);
            socket.setSoTimeout(millis);
        }
        // >>> start
        // >>> solution
        // >>> it throws away what has come
        // socket.getInputStream().skip(socket.getInputStream().available());
        // <<<
        socket.getOutputStream().write((question + "\n").getBytes());
        try {
            return readLine(socket.getInputStream());
        } catch (SocketTimeoutException e) {
            // >>> start
            // >>> solution
            close();
            // >>> it throws away what has come
            // <<<
            return null;
        }
    }

    String readLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) line.append((char) b);
        return line.toString();
    }

    public void close() throws IOException {
        if (socket != null) socket.close();
        socket = null;
    }
}

// %%
void answer(Socket conn) throws IOException {
    for (var in = new Scanner(conn.getInputStream()); in.hasNextLine(); ) {
        String question = in.nextLine();
        if (question.equals("slow") && !in.hasNextLine()) return; // otherwise there is a next question now
        conn.getOutputStream().write((question + "!\n").getBytes());
    }
}

void main() throws Exception {
    try (var server = OneByOne.start("localhost", 0, conn -> answer(conn));
            var caller = new Caller(server.port(), 300)) {
        for (String question : List.of("hello", "slow", "hi", "bye")) IO.println(question + ": " + caller.ask(question));
    }
}

// %% tags=["check"]
void expect(Caller caller, String question, String answer, String why) throws IOException {
    String got = caller.ask(question);
    if (!Objects.equals(got, answer))
        throw new Finding("The client asked \"%s\" and got %s.".formatted(question, got), answer + ", " + why);
}

void verify() throws Exception {
    var connections = new AtomicInteger();
    OneByOne.Conversation counted = conn -> {
        connections.incrementAndGet();
        answer(conn);
    };
    int millis = (int) Patience.limit().toMillis() / 3;
    try (var server = OneByOne.start("localhost", 0, counted); var caller = new Caller(server.port(), millis)) {
        expect(caller, "hello", "hello!", "the answer to this question");
        expect(caller, "hi", "hi!", "the answer to this question");
        if (connections.get() > 1)
            throw new Finding("For two questions that were answered in time, the client connected twice.",
                    "one connection, as long as the answers come in time");
        expect(caller, "slow", null, "because the answer takes longer than the client waits");
        expect(caller, "hi", "hi!", "the answer to this question");
        expect(caller, "bye", "bye!", "the answer to this question");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `ask` has returned null. Where does the answer to `slow` go when it arrives, and who reads it?
// 2. Throwing away what has arrived before the next question doesn't help, because the late answer may arrive after
//    that question.
// 3. Nothing can be told about the connection after a timeout, not even whether half a line has been read. What
//    can you do with such a connection?
//
// ## Solution
//
// A timeout ends the client's wait. The server doesn't notice, and its answer arrives in the socket's receive buffer,
// where the next `read` takes it for the next answer. So after a timeout the connection can't be used any more: the
// caller closes it, and opens another for the next question. Connection pools do the same, and if one of them puts such
// a connection back, one user gets the answer to another's question. Protocols that number their questions, such as
// HTTP/2, can do without: a client skips an answer with a number that nobody waits for.
//
// ## Wrong attempts
//
// - start: The client asked "hi" and got slow!. Expected: hi!, the answer to this question.
// - a connection for each question: For two questions that were answered in time, the client connected twice. Expected:
//   one connection, as long as the answers come in time.
// - it throws away what has come: The client asked "hi" and got slow!. Expected: hi!, the answer to this question.

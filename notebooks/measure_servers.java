// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/aio/script/Script.java
//SOURCES ../lib/measure/Chart.java
//SOURCES ../lib/measure/ServerUnderTest.java
import module java.base;
import aio.script.Script;
import aio.script.ScriptException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import measure.Chart;
import measure.LoadResult;
import measure.ServerUnderTest;

// %% [markdown]
// # 17. Measured: what each step bought
//
// The road of this book made claims: polling burns, threads cost, callbacks scale, coroutines cost little more than callbacks. This
// chapter measures them, on your machine, with the servers as you would start them.
//
// ```diagram
//   processor 0                    processor 1
//   the server of a chapter  <---  the load: many clients on one loop of this book
//   (./jbang aio_server ...)       (a process of its own)
// ```

// %% [markdown]
// ## Who is measured
//
// Each server gets requests that it understands. A request is a whole conversation here: connect, send, end one's
// side, read until the server ends its own. That is something that every one of them can do.

// %%
static final String HELLO = "{\"send_msg\": \"hello\"}";

// %%
static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

// %%
static Map<String, String> servers() {
    var servers = new LinkedHashMap<String, String>();
    for (String name : List.of("nio_server", "nio_threaded_server", "aio_server")) servers.put(name, HELLO);
    for (String name : List.of("aio_callback_server", "aio_future_server", "aio_coroutine_server")) servers.put(name, HELLO);
    servers.put("http_server", get("/index"));
    servers.put("tornado_future", get("/now"));
    servers.put("caro_pig", get("/index"));
    return servers;
}

// %% [markdown]
// ## What is measured
//
// `--quick` does less of everything, to see that it works.

// %%
record Plan(List<Integer> idle, List<Integer> clients, String seconds, Duration look) {
    static Plan full() {
        return new Plan(List.of(1, 10, 100, 1000, 10_000), List.of(1, 10, 100), "1.5", Duration.ofMillis(1000));
    }

    static Plan quick() {
        return new Plan(List.of(1, 100), List.of(10), "0.3", Duration.ofMillis(200));
    }
}

// %% [markdown]
// First, connections that are open and say nothing: what do they cost? If they do not get in within a few seconds, or the server
// is out of processor, the row ends there.

// %%
record Idle(int connections, double mebibytes, double processors) {
}

// %%
List<Idle> hold(ServerUnderTest server, Plan plan) throws Exception {
    var found = new ArrayList<Idle>();
    var open = new ArrayList<SocketChannel>();
    try {
        for (int number : plan.idle()) {
            long start = System.nanoTime();
            open.addAll(server.connect(number - open.size()));
            double seconds = (System.nanoTime() - start) / 1e9;
            Thread.sleep(plan.look().dividedBy(4));
            double processors = server.processors(plan.look());
            found.add(new Idle(number, server.mebibytes(), processors));
            if (seconds > 3 || (processors > 0.9 && number >= 1000)) break;
        }
    } catch (IOException e) {
        // So many and no more: the row ends here.
    } finally {
        for (var channel : open) channel.close();
    }
    return found;
}

// %% [markdown]
// Then requests: as many as the server can carry, and after that half as many, for the latency. A server at its limit has a queue, and the
// latency is the length of the queue. At half its limit it has none, unless it stalls.
//
// Each latency counts from the time when the request was *due*, not from when a client was free to send it. Clients that wait
// for a stalled server do not ask meanwhile; so a second's stall would count once instead of a thousand times. The
// name of that mistake is coordinated omission.

// %%
record Served(int clients, LoadResult limit, LoadResult half) {
}

// %%
List<Served> load(ServerUnderTest server, String request, Plan plan) throws IOException {
    var arguments = new ArrayList<>(List.of("10", plan.seconds(), "0")); // to warm up, both sides
    for (int clients : plan.clients()) {
        arguments.addAll(List.of(Integer.toString(clients), plan.seconds(), "0"));
        arguments.addAll(List.of(Integer.toString(clients), plan.seconds(), "-0.5"));
    }
    var results = server.load("close", request, arguments.toArray(String[]::new));
    var found = new ArrayList<Served>();
    for (int i = 0; i < plan.clients().size(); i++) found.add(new Served(plan.clients().get(i), results.get(2 * i + 1), results.get(2 * i + 2)));
    return found;
}

// %% [markdown]
// And what does one client cost that has connected and begun to speak, and goes no further? (The slow client of chapter 1.)

// %%
double rate(ServerUnderTest server, String request, Plan plan) throws IOException {
    return server.load("close", request, "10", plan.seconds(), "0", "10", plan.seconds(), "0").getLast().rate();
}

// %%
double ratioWithOneSlowClient(ServerUnderTest server, String request, Plan plan) throws IOException {
    double without = rate(server, request, plan);
    try (var slow = server.connect(1).getFirst()) {
        slow.write(ByteBuffer.wrap(request.substring(0, 3).getBytes()));
        return rate(server, request, plan) / without;
    }
}

// %%
record Measured(String name, double secondsToStart, List<Idle> idle, List<Served> served, double slow) {
}

// %%
Measured measure(String name, String request, Plan plan) throws Exception {
    try (var server = ServerUnderTest.start("./jbang", name, "localhost", "0")) {
        var served = load(server, request, plan);
        double slow = ratioWithOneSlowClient(server, request, plan);
        return new Measured(name, server.secondsToStart(), hold(server, plan), served, slow);
    }
}

// %% [markdown]
// ## The table and the charts

// %%
String row(Measured m) {
    var idle = m.idle().getLast();
    var served = m.served().getLast();
    return "%-21s %5.2f %7d %7.0f %6.0f %9.0f%s %7.2f %7.2f %7.2f %6.2f".formatted(m.name(), m.secondsToStart(), idle.connections(),
            idle.mebibytes(), 100 * idle.processors(), served.limit().rate(), served.limit().generatorIsTheLimit() ? "*" : " ",
            served.half().p50(), served.half().p99(), served.half().p999(), m.slow());
}

// %%
static final String HEAD = """
        server                start    idle     MiB    CPU  requests     p50     p99   p99.9   slow
                                  s   conns               %       /s      ms      ms      ms  ratio""";

// %%
void draw(List<Measured> all, Path folder) throws IOException {
    var memory = new Chart("Connections that say nothing: memory", "connections", "resident memory, MiB", false);
    var processor = new Chart("Connections that say nothing: processor", "connections", "CPU, % of one processor", false);
    var rate = new Chart("As many requests as it can carry", "clients at once", "requests a second, a connection each", false);
    var latency = new Chart("Latency at half of that rate", "clients at once", "p99, ms, from when a request was due", true);
    for (Measured m : all) {
        for (Idle i : m.idle()) memory.add(m.name(), i.connections(), i.mebibytes());
        for (Idle i : m.idle()) processor.add(m.name(), i.connections(), 100 * i.processors());
        for (Served s : m.served()) rate.add(m.name(), s.clients(), s.limit().rate());
        for (Served s : m.served()) latency.add(m.name(), s.clients(), s.half().p99());
    }
    memory.write(folder, "idle_memory");
    processor.write(folder, "idle_processor");
    rate.write(folder, "requests");
    latency.write(folder, "latency");
}

// %%
void measureAll(Plan plan, Path folder) throws Exception {
    var all = new ArrayList<Measured>();
    try (ProgressBar progress = new ProgressBarBuilder().setTaskName("servers").setInitialMax(servers().size()).build()) {
        for (var server : servers().entrySet()) {
            progress.setExtraMessage(" " + server.getKey());
            all.add(measure(server.getKey(), server.getValue(), plan));
            progress.step();
        }
    }
    IO.println(HEAD);
    for (Measured m : all) IO.println(row(m));
    IO.println("* the load itself was the limit; %d processors, Java %s".formatted(Runtime.getRuntime().availableProcessors(), Runtime.version()));
    draw(all, folder);
    IO.println("charts: " + folder);
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_servers [--quick] [--out DIR]

            Starts the server of each chapter in turn, loads it, and shows a table and charts. Call it in the checkout.

              --quick    in a minute, and less exactly
              --out DIR  where the charts go, as SVG and PNG (default measured)
            """, args, a -> {
        if (!Files.exists(Path.of("jbang-catalog.json"))) throw new ScriptException("call this in the checkout: it starts the servers with ./jbang");
        measureAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// In the folder of the checkout. The short run shows that all is there; its figures come from JVMs that have hardly begun:
//
// ```console
// $ ./jbang measure_servers --help
// usage: measure_servers [--quick] [--out DIR]
// …
// ```
//
// On the machine where this was written (two processors, JDK 25.0.3) the full run took four minutes:
//
// | | idle connections | MiB | CPU, % | requests/s | p50, ms | p99, ms | slow client |
// | --- | --- | --- | --- | --- | --- | --- | --- |
// | nio_server | 1,000 | 152 | 101 | 40,057* | 0.03 | 10 | 1.00 |
// | nio_threaded_server | 1,000 | 187 | 100 | 10,087 | 0.05 | 9 | 0.89 |
// | aio_server | 10,000 | 170 | 0 | 26,661* | 0.05 | 49 | 0.94 |
// | aio_callback_server | 10,000 | 155 | 0 | 37,108* | 0.06 | 16 | 1.01 |
// | aio_future_server | 10,000 | 274 | 0 | 15,149 | 0.09 | 7 | 0.97 |
// | aio_coroutine_server | 10,000 | 170 | 0 | 28,076 | 0.06 | 20 | 0.91 |
// | http_server | 10,000 | 187 | 1 | 28,923 | 0.06 | 108 | 1.01 |
// | tornado_future | 10,000 | 173 | 2 | 32,174 | 0.06 | 16 | 1.07 |
// | caro_pig | 10,000 | 182 | 2 | 31,629 | 0.06 | 7 | 1.01 |
//
// Where a star stands, the load was the limit and not the server, so those rates are lower bounds.

// %% tags=["active-ipynb"]
// servers().forEach((name, request) -> IO.println(name + ": " + request.lines().findFirst().orElse("")));

// %% [markdown]
// ## What it says
//
// - **Polling burns, and it is fast.** `nio_server` uses a whole processor for connections that say nothing. While there is work it
//   is the quickest of all, because it never has to be woken. That is why some trading systems poll. Everybody else pays for
//   the electricity.
// - **Threads that poll fare worst:** the same processor shared by a thousand threads.
// - **A selector costs nothing while nothing happens**, for ten connections or ten thousand.
// - **Coroutines cost something.** `aio_coroutine_server` carries less than `aio_callback_server` in this run, a connection for each
//   request, which is where it switches most. That is the price of reading from top to bottom; chapter 16 has its parts.
//   `aio_future_server`, which registers by hand at each step, is the slowest of the three and takes the most memory: more
//   futures, more switches.
// - **One slow client costs nothing** to any of them: the ratio is 1, within the noise.
//
// ## What it cannot say
//
// The p99 of a run of one and a half seconds is made by a few pauses (compiling, collecting garbage), and another run has others: do
// not read a ranking out of that column. Run it twice before you believe any difference: in a second run the rates were within 11 % of
// these, but for one that was 16 % higher. Load and server share one machine and its memory, and loopback has no network
// in it.
//
// ## Exercises
//
// 1. Add `nio_threaded_server --virtual`. What changes with 1,000 idle connections?
// 2. Let the clients keep their connection (`"keep"` instead of `"close"` in `load`) with the web servers. What becomes of the rate, and why?
// 3. Give the plan 60 seconds for each load. Which columns calm down?

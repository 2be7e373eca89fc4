// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java
//SOURCES ../../lib/aio/Task.java
//SOURCES ../../lib/aio/http/HttpClient.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Task;
import aio.http.HttpClient;
import aio.http.HttpResponse;
import aio.http.HttpServer;
import exercise.Client;
import exercise.Finding;
import exercise.Visitor;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Two upstreams at once
//
// **Write.** Each request to an upstream is a task: two can wait at the same time, and either can be canceled.
//
// `/both` asks a news server and a weather server, and answers with both texts. `both` asks them one after the other, so
// it takes as long as both together. Ask both at the same time. If one of them fails, the client gets its 502 at once,
// even if the other is still silent, and the connection to the other is closed: nobody wants that answer any more.
// ([caro_pig](../caro_pig.java) cancels the task `asking` for the same reason.)

// %%
String both(HttpClient client, URI news, URI weather) throws Exception {
    // >>> start
    // return client.get(news).text() + ", " + client.get(weather).text();
    // >>> solution
    EventLoop loop = EventLoop.current();
    Task<String> first = loop.createTask("news", () -> client.get(news).text());
    Task<String> second = loop.createTask("weather", () -> client.get(weather).text());
    try {
        return String.join(", ", await(loop.gather(List.of(first, second))));
    } finally {
        first.cancel();
        second.cancel();
    }
    // >>> it awaits one after the other
    // EventLoop loop = EventLoop.current();
    // Task<String> first = loop.createTask("news", () -> client.get(news).text());
    // Task<String> second = loop.createTask("weather", () -> client.get(weather).text());
    // try {
    //     return await(first) + ", " + await(second);
    // } finally {
    //     first.cancel();
    //     second.cancel();
    // }
    // >>> the other goes on
    // EventLoop loop = EventLoop.current();
    // Task<String> first = loop.createTask("news", () -> client.get(news).text());
    // Task<String> second = loop.createTask("weather", () -> client.get(weather).text());
    // return String.join(", ", await(loop.gather(List.of(first, second))));
    // <<<
}

// %%
void answer(HttpClient client, URI news, URI weather, HttpResponse response) throws Exception {
    try {
        response.write(both(client, news, weather));
    } catch (IOException e) {
        response.status(502).write("an upstream could not be asked");
    }
}

Server start(String host, int port, int newsPort, int weatherPort) throws IOException {
    var client = new HttpClient(Duration.ofSeconds(30));
    URI news = URI.create("http://localhost:" + newsPort + "/");
    URI weather = URI.create("http://localhost:" + weatherPort + "/");
    var http = new HttpServer((_, response) -> answer(client, news, weather, response));
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofMillis(100)),
            () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            caro_pig_2 [host] [port]

            GET / asks localhost:8081 and localhost:8082 (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080), 8081, 8082));
}

// %% tags=["check"]
String response(String text) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
}

Client accept(ServerSocket weather) {
    return Client.accept("the weather server while the news server was silent", weather);
}

void verify() throws Exception {
    try (var news = new ServerSocket(0); var weather = new ServerSocket(0);
            var server = start("localhost", 0, news.getLocalPort(), weather.getLocalPort());
            var alice = Visitor.connect("Alice", server.port())) {
        alice.asks("/both");
        try (var newsSide = Client.accept("the news server", news); var weatherSide = accept(weather)) {
            weatherSide.send(response("sun"));
            newsSide.send(response("calm"));
            alice.gets(200, "calm, sun", "the news, and then the weather");
        }
        alice.asks("/both");
        try (var newsSide = Client.accept("the news server", news); var weatherSide = accept(weather)) {
            weatherSide.reset();
            alice.gets(502, "an upstream could not be asked", "because the weather server has broken the connection");
            newsSide.rest();
            if (!newsSide.hasEnded())
                throw new Finding("Alice has her 502, and the connection to the news server is still open.",
                        "it's closed, because its task is canceled");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. `EventLoop.current().createTask(name, body)` starts a request that goes on while you do something else. Start both
//    before you await one.
// 2. `loop.gather(...)` is a future of both results. It fails as soon as one of them fails. What do the others do then?
// 3. Cancel both tasks in a `finally`. For a task that has ended, `cancel` does nothing.
//
// ## Solution
//
// A coroutine waits for one thing at a time, so two requests at the same time take two more coroutines: the tasks.
// `gather` returns the results in the order of the list, whoever comes first, and fails with the first failure. It
// leaves the other task alone, so the `finally` cancels it, and a canceled `get` closes its connection. The same
// `finally` runs if the handler itself is canceled. [task_group](../task_group.java) has a class for this: a `TaskGroup`
// cancels the others when one fails, and doesn't let go of a task before it has ended.
//
// ## Wrong attempts
//
// - start: Nobody connected to the weather server while the news server was silent. Expected: your code connects.
// - it awaits one after the other: Alice asked for /both and got nothing. Expected: 502 "an upstream could not be asked",
//   because the weather server has broken the connection.
// - the other goes on: Alice has her 502, and the connection to the news server is still open. Expected: it's closed,
//   because its task is canceled.

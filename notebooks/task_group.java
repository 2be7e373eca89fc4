// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java ../lib/aio/tasks/Queue.java ../lib/aio/tasks/Semaphore.java
//SOURCES ../lib/aio/SleepEvent.java ../lib/aio/tasks/TaskGroup.java ../lib/aio/Timeout.java
//SOURCES ../lib/lesson/Site.java ../lib/script/Script.java ../lib/diagram/SequenceDiagram.java
import module java.base;
import aio.CancelledError;
import aio.EventLoop;
import aio.tasks.Queue;
import aio.tasks.QueueShutDown;
import aio.tasks.Semaphore;
import lesson.Site;
import script.Script;
import script.ScriptException;
import diagram.SequenceDiagram;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.TaskGroup;
import static aio.EventLoop.await;
import static aio.Timeout.timeout;

// %% [markdown]
// # Task groups: no task left behind
//
// A page has 1,000 links, and you'd like to fetch them all, 20 at a time. If one of them fails, who stops the others?
// And once your function has returned, is anything of it still running? [aio_towards_asyncio](aio_towards_asyncio.java)
// answered the first question by hand, with `gather` and a `cancel` for each task, and never asked the second.
//
// The crawlers here visit a [Site](../lib/lesson/Site.java) that speaks no HTTP: a client sends the name of a page and
// half-closes the connection, as in [http_client](http_client.java); the site answers with the page and closes.
// `site.links()` fetches the list of links, and `site.fetch(link)` one page; both await. A broken link fails at once.
//
// ## The mistake: tasks that outlive their function
//
// The first crawler makes a task for each link, and gathers them. Of ten links, `/1` is broken, and the others take half
// a second each. When the crawler fails, how many of its tasks still run, and what do they do?

// %%
interface Crawler { void crawl(Site site) throws Exception; }

void gather(Site site) throws Exception {
    var loop = EventLoop.current();
    var tasks = site.links().stream().map(link -> loop.createTask(link, () -> site.fetch(link))).toList();
    await(loop.gather(tasks));
}

void crawl(String name, Crawler crawler) throws Exception {
    try (var site = Site.start(10, Duration.ofMillis(500), "/1"); var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            try {
                crawler.crawl(site);
            } catch (IOException e) {
                IO.println("%s: %s, and %d tasks still run".formatted(name, e.getMessage(), loop.tasks().size() - 1));
            }
            return await(new SleepEvent(Duration.ofSeconds(1)));
        });
        IO.println("  pages fetched a second later: " + site.fetched());
    }
}

// %% [markdown]
// ```console
// $ ./jbang task_group left
// gather: nothing at /1, and 9 tasks still run
//   pages fetched a second later: 9
// Group: nothing at /1, and 0 tasks still run
//   pages fetched a second later: 0
// ```
//
// `gather` fails when its first task does, and the other nine go on: they hold connections, and they work for a caller
// who believes that it's over. If one of those fails too, nobody hears of it.
//
// ## A group that waits
//
// The last two lines show the cure. A **task group** belongs to a block of code, and the block doesn't end before all
// tasks of its group have. The first failure cancels the rest. This is called **structured concurrency**, because tasks
// now nest as calls do: a function that has returned has left nothing running.
// ([This article](https://vorpus.org/blog/notes-on-structured-concurrency-or-go-statement-considered-harmful/) made the
// case for it.)

// %%
class Group {
    interface Block { void run(Group group) throws Exception; }

    final List<Task<?>> tasks = new ArrayList<>();
    Exception failure; // the first one

    void createTask(String name, EventLoop.Body body) {
        tasks.add(EventLoop.current().createTask(name, () -> {
            try { body.run(); } catch (Exception e) { fail(e); }
        }));
    }

    void fail(Exception e) {
        if (failure == null) failure = e;
        tasks.forEach(Task::cancel);
    }

    void run(Block block) throws Exception {
        try { block.run(this); } catch (Exception e) { fail(e); }
        for (int i = 0; i < tasks.size(); i++) { // no for-each: a task may add another
            try { await(tasks.get(i)); } catch (CancelledError e) {} // one of the rest
        }
        if (failure != null) throw failure;
    }
}

void group(Site site) throws Exception {
    new Group().run(group -> {
        for (String link : site.links()) group.createTask(link, () -> site.fetch(link));
    });
}

void left() throws Exception {
    crawl("gather", site -> gather(site));
    crawl("Group", site -> group(site));
}

// %% [markdown]
// ## Who was canceled?
//
// One line of `Group` is wrong: it catches every `CancelledError`. Now no link is broken, but after 100 ms somebody
// cancels the *crawler*. What does the crawler do, with our `Group`, and with the library's `TaskGroup`? The third one
// has a time limit of 50 ms.

// %%
void taskGroup(Site site) throws Exception {
    TaskGroup.run(group -> {
        for (String link : site.links()) group.createTask(link, () -> site.fetch(link));
    });
}

void cancel(String name, Crawler crawler) throws Exception {
    try (var site = Site.start(10, Duration.ofMillis(500)); var loop = new EventLoop()) {
        Task<Void> task = loop.createTask("crawler", () -> {
            crawler.crawl(site);
            IO.println(name + ": done, and on to the next site");
        });
        loop.callLater(Duration.ofMillis(300), task::cancel);
        loop.runUntilComplete(task);
    } catch (CancelledError | TimeoutException e) {
        IO.println(name + ": " + e.getMessage());
    }
}

void canceled() throws Exception {
    cancel("Group", site -> group(site));
    cancel("TaskGroup", site -> taskGroup(site));
    cancel("timeout", site -> timeout(Duration.ofMillis(50), () -> taskGroup(site)));
}

// %% [markdown]
// ```console
// $ ./jbang task_group canceled
// Group: done, and on to the next site
// TaskGroup: Task[crawler] was cancelled
// timeout: the block took longer than PT0.05S
// ```
//
// A `CancelledError` at `await(task)` means one of two things: the *task* was canceled, or *we* were. `Group` always
// assumes the first, so nobody can stop our crawler. `Task.current().cancelling()` can tell: it counts how often
// somebody has called our own `cancel`. [TaskGroup](../lib/aio/tasks/TaskGroup.java) looks at that count. So does
// [timeout](../lib/aio/Timeout.java), which cancels a block when its time is up. Both take their own requests back
// with [uncancel](../lib/aio/Task.java#uncancel), and pass those of others on.
//
// | in our `Group` | in `TaskGroup` |
// | --- | --- |
// | A block that waits for something else doesn't hear of a failure. | The block is canceled, as the tasks are. |
// | A block that is canceled doesn't wait for its tasks. | However the block ends, its tasks end first. |
// | The first failure is thrown, and others are lost. | An [ExceptionGroup](../lib/aio/tasks/ExceptionGroup.java) has them all. It's thrown even for one, so what you catch doesn't depend on timing. |
// | A cancellation that comes with a failure is lost. | The failure is thrown, and the next `await` raises the cancellation. |
//
// Why isn't it `try (var group = new TaskGroup())`? Because `close()` doesn't see the exception that leaves the block,
// and can't replace it: Java adds what `close` throws to that exception, as suppressed. Here, the `CancelledError` with
// which the group stops its block must become the failure that was its reason. So the block is a lambda.
//
// The loop can draw it ([aio_coroutine_server](aio_coroutine_server.java) explains the picture): a group with three
// tasks, the second of which fails. When does the failure reach `main`?

// %% tags=["active-ipynb"]
// SequenceDiagram.of(() -> TaskGroup.run(group -> {
//     group.createTask("first", () -> await(new SleepEvent(Duration.ofMillis(50))));
//     group.createTask("second", () -> {
//         await(new SleepEvent(Duration.ofMillis(100)));
//         throw new IOException("reset");
//     });
//     group.createTask("third", () -> await(new SleepEvent(Duration.ofSeconds(1))));
// }))

// %% [markdown]
// Only when the third task has ended, canceled, does `main` run again.
//
// ## Choose a failure policy, and a limit
//
// When one client of a thousand failed, [aio_coroutine_client](aio_coroutine_client.java) asked whether the others should
// stop or go on. A group stops them. To go on and collect the failures, let each task catch its own. And to run 20 at
// a time, let each task take one of the 20 permits of a [Semaphore](../lib/aio/tasks/Semaphore.java): whoever finds none
// waits for one. Three of these 1,000 links are broken. How many tasks does the loop have meanwhile?

// %%
void limit() throws Exception {
    try (var site = Site.start(1_000, Duration.ofMillis(5), "/13", "/404", "/666"); var loop = new EventLoop()) {
        var broken = new ArrayList<String>();
        loop.runUntilComplete(loop.createTask("main", () -> TaskGroup.run(group -> {
            var permits = new Semaphore(20);
            for (String link : site.links()) group.createTask(link, () -> {
                try (var _ = await(permits.acquire())) {
                    site.fetch(link);
                } catch (EOFException e) {
                    broken.add(link);
                }
            });
            IO.println("tasks: " + loop.tasks().size());
        })));
        IO.println("at most %d pages at once; broken: %s".formatted(site.mostAtOnce(), broken));
    }
}

// %% [markdown]
// ```console
// $ ./jbang task_group limit
// tasks: 1001
// at most 20 pages at once; broken: [/13, /404, /666]
// ```
//
// Most of the 1,001 tasks only wait for a permit, and a list of a million links would make a million of them.
//
// ## A queue, and what bounds it
//
// So let 20 workers take the links from a queue. How many links are in the queue at most, if it has no bound?

// %%
void work(Site site, Queue<String> queue) throws IOException {
    try {
        while (true) site.fetch(await(queue.get()));
    } catch (QueueShutDown e) {
        // There are no more links.
    }
}

void queue(String name, Site site, Queue<String> queue) throws Exception {
    var most = new int[1];
    TaskGroup.run(group -> {
        for (int i = 1; i <= 20; i++) group.createTask("worker " + i, () -> work(site, queue));
        for (String link : site.links()) {
            await(queue.put(link));
            most[0] = Math.max(most[0], queue.size());
        }
        queue.shutdown(); // the workers take what is left, and then get an exception
    });
    IO.println("%s: at most %d pages at once, %d links waiting".formatted(name, site.mostAtOnce(), most[0]));
}

void queues() throws Exception {
    try (var site = Site.start(1_000, Duration.ofMillis(20)); var loop = new EventLoop()) {
        loop.runUntilComplete(loop.createTask("main", () -> {
            queue("unbounded", site, new Queue<>());
            queue("bounded", site, new Queue<>(20));
        }));
    }
}

// %% [markdown]
// ```console
// $ ./jbang task_group queues
// unbounded: at most 20 pages at once, [...] links waiting
// bounded: at most 20 pages at once, 20 links waiting
// ```
//
// Putting a link is faster than fetching one, so nearly all of them wait (985 here). With a bound, `put` waits while the
// [Queue](../lib/aio/tasks/Queue.java) is full, and the producer runs no faster than the workers. That is **backpressure**. If
// the links came from a socket, the producer would stop reading, the kernel's buffers would fill, and the sender
// would wait as well.
//
// A worker that is canceled in `get` has taken nothing: the item stays in the queue until its receiver runs. And a
// worker that fails doesn't leave the producer in a `put` forever, because the group cancels the producer.
//
// ## The same on virtual threads
//
// Java has had bounded queues for decades, so let's do the same in blocking code. On this site every link is broken, so
// each of the 20 workers fails at its first. What does the producer do?

// %%
String broken(String link) throws IOException { throw new EOFException("nothing at " + link); }

void threads() throws Exception {
    var queue = new ArrayBlockingQueue<String>(20);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 1; i <= 20; i++) threads.submit(() -> broken(queue.take()));
        int put = 0;
        while (queue.offer("/" + (put + 1), 1, TimeUnit.SECONDS)) put++; // put() would wait forever
        IO.println("put %d links; %d of them wait, and nobody takes them".formatted(put, queue.size()));
    }
}

// %% [markdown]
// ```console
// $ ./jbang task_group threads
// put 40 links; 20 of them wait, and nobody takes them
// ```
//
// The failures are in 20 futures that nobody looks at. It's the mistake of `gather` again, and Java's own cure for it is
// `StructuredTaskScope` ([JEP 505](https://openjdk.org/jeps/505)). In JDK 25 it's a preview, so this can't be a cell. Run
// it as a file of its own, with `java --enable-preview --source 25 Crawl.java`; it prints one failure, and ends:
//
// ```java preview
// void main() throws InterruptedException {
//     var queue = new ArrayBlockingQueue<String>(20);
//     try (var scope = StructuredTaskScope.open()) {
//         for (int i = 1; i <= 20; i++) scope.fork(() -> broken(queue.take()));
//         scope.fork(() -> {
//             for (int i = 1; i <= 1_000; i++) queue.put("/" + i);
//             return "all of them put";
//         });
//         scope.join();
//     } catch (StructuredTaskScope.FailedException e) {
//         IO.println(e.getCause().getMessage());
//     }
// }
//
// String broken(String link) throws IOException { throw new EOFException("nothing at " + link); }
// ```
//
// | | `TaskGroup`, `Queue` | `StructuredTaskScope`, `BlockingQueue` |
// | --- | --- | --- |
// | The block ends | after its tasks | the same |
// | A failure stops | the tasks and the block | the tasks. The block hears of it in `join`, so the producer is a task here |
// | How it stops them | a `CancelledError` at the `await`; the connection stays open | an interrupt, which closes the channel |
// | What it throws | an `ExceptionGroup` with all failures | a `FailedException` with the first |
// | Another policy | catch in the task | a `Joiner` |
// | A time limit | `timeout`, around any block | `withTimeout`, for a whole scope |
// | No more items | `shutdown` | an item that means 'the end' |
//
// The idea is the same, and so is what a full queue does. If you block on virtual threads, use the scope once it's final.

// %%
static final List<String> PARTS = List.of("left", "canceled", "limit", "queues", "threads");

void run(String part) throws Exception {
    switch (part) {
        case "" -> { for (String each : PARTS) run(each); }
        case "left" -> left();
        case "canceled" -> canceled();
        case "limit" -> limit();
        case "queues" -> queues();
        case "threads" -> threads();
        default -> throw new ScriptException("there is no part '" + part + "': choose one of " + PARTS);
    }
}

void main(String... args) throws Exception {
    Script.run("""
            task_group [part]

            Crawlers whose tasks fail together, end together, and don't run ahead of each other.

              part  left, canceled, limit, queues or threads (default all of them)
            """, args, a -> run(a.text("part", "")));
}

// %% tags=["active-ipynb"]
// main();

// %% [markdown]
// ## What it still can't do
//
// Each page took a connection of its own, because only the end of the stream says where a page ends. To fetch all
// of them over one connection, the crawler would have to know where one page stops and the next one begins. That is the
// question of [line_server](line_server.java).
//
// ## Exercises
//
// - Nothing left running: `./jbang exercise start task_group_1`
// - The permits are gone: `./jbang exercise start task_group_2`
// - Three strikes: `./jbang exercise start task_group_3`

// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/tasks/TaskGroup.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/Site.java
import module java.base;
import aio.EventLoop;
import aio.Task;
import aio.tasks.TaskGroup;
import exercise.Finding;
import lesson.Site;
import static aio.EventLoop.await;

// %% [markdown]
// # Nothing left running
//
// **Repair.** A function that has returned, or failed, has left no task running.
//
// `crawl` fetches all pages of a site at once and returns them in the order of their links. If a link is broken, it
// fails, as in [task_group](../task_group.java). But then it leaves tasks behind, which hold their connections. Repair
// it, so that none of its tasks still runs when it returns or throws. It still returns the pages.

// %%
List<String> crawl(Site site) throws Exception {
    // >>> start
    // var loop = EventLoop.current();
    // var tasks = site.links().stream().map(link -> loop.<String>createTask(link, () -> site.fetch(link))).toList();
    // return await(loop.gather(tasks));
    // >>> solution
    var tasks = new ArrayList<Task<String>>();
    TaskGroup.run(group -> {
        for (String link : site.links()) tasks.add(group.<String>createTask(link, () -> site.fetch(link)));
    });
    var pages = new ArrayList<String>();
    for (Task<String> task : tasks) pages.add(task.result());
    return pages;
    // >>> it cancels them and doesn't wait
    // var loop = EventLoop.current();
    // var tasks = site.links().stream().map(link -> loop.<String>createTask(link, () -> site.fetch(link))).toList();
    // try {
    //     return await(loop.gather(tasks));
    // } finally {
    //     tasks.forEach(Task::cancel);
    // }
    // >>> it takes the results inside the block
    // var pages = new ArrayList<String>();
    // TaskGroup.run(group -> {
    //     var tasks = new ArrayList<Task<String>>();
    //     for (String link : site.links()) tasks.add(group.<String>createTask(link, () -> site.fetch(link)));
    //     for (Task<String> task : tasks) pages.add(task.result());
    // });
    // return pages;
    // >>> one page after another
    // var pages = new ArrayList<String>();
    // for (String link : site.links()) pages.add(site.fetch(link));
    // return pages;
    // <<<
}

// %%
/** Crawls, and returns what came of it. */
String outcome(Site site) throws Exception {
    try (var loop = new EventLoop()) {
        return loop.runUntilComplete(() -> {
            String end;
            try {
                end = crawl(site).size() + " pages";
            } catch (Exception e) {
                end = "a failure";
            }
            return end + ", and " + (loop.tasks().size() - 1) + " tasks still run";
        });
    }
}

void main() throws Exception {
    try (var site = Site.start(10, Duration.ofMillis(500), "/1")) {
        IO.println(outcome(site));
    }
}

// %% tags=["check"]
void verify() throws Exception {
    try (var site = Site.start(10, Duration.ofMillis(200)); var loop = new EventLoop()) {
        List<String> pages;
        try {
            pages = loop.runUntilComplete(() -> crawl(site));
        } catch (Exception e) {
            throw new Finding("No link is broken, and the crawler failed.", "it returns the ten pages");
        }
        var all = IntStream.rangeClosed(1, 10).mapToObj(i -> "the page /" + i).toList();
        if (!pages.equals(all))
            throw new Finding("The crawler returned " + pages.size() + " pages, and not those of the ten links in their order.",
                    "the page of each link, in the order of the links");
        if (site.mostAtOnce() < 2)
            throw new Finding("The crawler fetched one page after another.", "it fetches all of them at once");
    }
    // The pages take an hour, so that only a cancellation can have ended a task.
    try (var site = Site.start(10, Duration.ofHours(1), "/1")) {
        String outcome = outcome(site);
        if (!outcome.equals("a failure, and 0 tasks still run"))
            throw new Finding("One link of ten is broken, and the outcome was " + outcome + ".",
                    "a failure, and 0 tasks still run");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `gather` fails when the first of its tasks does. What do the others do then?
// 2. `cancel` asks a task to end. In whose turn does it end?
// 3. `TaskGroup.run` returns when all tasks of the group have ended. Keep the tasks in a list; where can you be sure that
//    each has its result?
//
// ## Solution
//
// The group cancels the rest at the first failure, waits until they have ended, and only then throws. Canceling by hand
// is half of it: a canceled task gets its `CancelledError` in a turn of its own, and until then it still has its
// connection. The results are there after `TaskGroup.run`, and not inside the block, which only starts the tasks. If
// you want the results inside, `await` each of them there.
//
// ## Wrong attempts
//
// - start: One link of ten is broken, and the outcome was a failure, and 9 tasks still run. Expected: a failure, and 0
//   tasks still run.
// - it cancels them and doesn't wait: One link of ten is broken, and the outcome was a failure, and 9 tasks still run.
//   Expected: a failure, and 0 tasks still run.
// - it takes the results inside the block: No link is broken, and the crawler failed. Expected: it returns the ten pages.
// - one page after another: The crawler fetched one page after another. Expected: it fetches all of them at once.

// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/Timeout.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java
//SOURCES ../../lib/exercise/Finding.java ../../lib/exercise/Patience.java
//SOURCES ../../lib/lesson/Site.java
import module java.base;
import aio.EventLoop;
import aio.tasks.TaskGroup;
import exercise.Finding;
import exercise.Patience;
import lesson.Site;
import static aio.EventLoop.await;
import static aio.Timeout.timeout;

// %% [markdown]
// # Three strikes
//
// **Write.** What a task catches is its own affair, and what it throws ends the group: that's your failure policy.
//
// [task_group](../task_group.java) shows two policies: stop at the first failure, or go on and collect them. Write a
// third. As long as fewer than three links are broken, `crawl` fetches all pages and returns the broken links. At the
// third broken link it stops: it throws an exception, and none of its tasks still runs.

// %%
static final int STRIKES = 3;

List<String> crawl(Site site) throws Exception {
    var broken = new ArrayList<String>();
    TaskGroup.run(group -> {
        for (String link : site.links()) group.createTask(link, () -> {
            // >>> start
            // site.fetch(link);
            // >>> solution
            try {
                site.fetch(link);
            } catch (EOFException e) {
                broken.add(link);
                if (broken.size() == STRIKES) throw e;
            }
            // >>> it only collects
            // try {
            //     site.fetch(link);
            // } catch (EOFException e) {
            //     broken.add(link);
            // }
            // >>> it counts one too many
            // try {
            //     site.fetch(link);
            // } catch (EOFException e) {
            //     if (broken.size() == STRIKES) throw e;
            //     broken.add(link);
            // }
            // <<<
        });
    });
    // >>> start
    // >>> solution
    // >>> it only collects
    // if (broken.size() >= STRIKES) throw new IOException(broken.size() + " links are broken");
    // <<<
    return broken;
}

// %%
/** Crawls a site, gives up when that takes too long, and returns what came of it. */
String outcome(Site site, Duration limit) throws Exception {
    try (var loop = new EventLoop()) {
        return loop.runUntilComplete(() -> {
            String end;
            try {
                var broken = timeout(limit, () -> crawl(site));
                end = "broken: " + broken.stream().sorted().toList();
            } catch (TimeoutException e) {
                end = "it went on";
            } catch (Exception e) {
                end = "a failure";
            }
            return end + ", " + site.fetched() + " pages, " + (loop.tasks().size() - 1) + " tasks still run";
        });
    }
}

void main() throws Exception {
    try (var site = Site.start(30, Duration.ofMillis(500), "/1", "/2", "/3")) {
        IO.println(outcome(site, Duration.ofSeconds(3)));
    }
}

// %% tags=["check"]
void verify() throws Exception {
    Duration limit = Patience.limit().multipliedBy(3);
    try (var site = Site.start(30, Duration.ofMillis(5), "/13", "/7")) {
        String outcome = outcome(site, limit);
        String expected = "broken: [/13, /7], 28 pages, 0 tasks still run";
        if (!outcome.equals(expected))
            throw new Finding("Two links of 30 are broken, and the outcome was " + outcome + ".", expected);
    }
    // The pages take an hour, so whoever waits for them has gone on.
    try (var site = Site.start(30, Duration.ofHours(1), "/7", "/13", "/21")) {
        String outcome = outcome(site, limit);
        String expected = "a failure, 0 pages, 0 tasks still run";
        if (!outcome.equals(expected))
            throw new Finding("Three links of 30 are broken, and the outcome was " + outcome + ".", expected);
    }
}

// %% [markdown]
// ## Hints
//
// 1. A task that throws ends the group. So a task with a broken link has to decide whether it throws.
// 2. `broken` is a plain list that all tasks share. Why does it need no lock?
// 3. Put the link into the list first. Then how many are in it when the third task decides?
//
// ## Solution
//
// Each task catches its own `EOFException`, notes its link, and counts. The first two end as if nothing had happened.
// The third throws its exception on, and the group does the rest: it cancels all other tasks, waits for them, and
// throws. If only the end of `crawl` looked at the list, the other pages would be fetched first, and here they take
// an hour. No lock is needed, because there's no `await` between the `add` and the look at the size.
//
// ## Wrong attempts
//
// - start: Two links of 30 are broken, and the outcome was a failure, [...] pages, 0 tasks still run. Expected: broken:
//   [/13, /7], 28 pages, 0 tasks still run.
// - it only collects: Three links of 30 are broken, and the outcome was it went on, 0 pages, 0 tasks still run. Expected:
//   a failure, 0 pages, 0 tasks still run.
// - it counts one too many: Three links of 30 are broken, and the outcome was it went on, 0 pages, 0 tasks still run.
//   Expected: a failure, 0 pages, 0 tasks still run.

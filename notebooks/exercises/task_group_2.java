// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/Timeout.java
//SOURCES ../../lib/aio/tasks/Semaphore.java ../../lib/aio/tasks/TaskGroup.java
//SOURCES ../../lib/exercise/Finding.java ../../lib/exercise/Patience.java
//SOURCES ../../lib/lesson/Site.java
import module java.base;
import aio.EventLoop;
import aio.tasks.Semaphore;
import aio.tasks.TaskGroup;
import exercise.Finding;
import exercise.Patience;
import lesson.Site;
import static aio.EventLoop.await;
import static aio.Timeout.timeout;

// %% [markdown]
// # The permits are gone
//
// **Find.** Whoever takes a permit gives it back, once, however it ends.
//
// The crawler fetches two pages at a time and returns the links that are broken. It worked for months. Then somebody
// recorded this:
//
// ```text
// 12 links, none broken     12 pages, at most 2 at once
// 12 links, 1 broken        11 pages, at most 2 at once
// 12 links, 2 broken        never ends
// ```
//
// Find out why, and repair it. The recording of the second run hides something, too.

// %%
List<String> crawl(Site site) throws Exception {
    var broken = new ArrayList<String>();
    TaskGroup.run(group -> {
        var permits = new Semaphore(2);
        for (String link : site.links()) group.createTask(link, () -> {
            // >>> start
            // await(permits.acquire());
            // try {
            //     site.fetch(link);
            //     permits.release();
            // } catch (EOFException e) {
            //     broken.add(link);
            // }
            // >>> solution
            try (var _ = await(permits.acquire())) {
                site.fetch(link);
            } catch (EOFException e) {
                broken.add(link);
            }
            // >>> a broken link gives back two
            // await(permits.acquire());
            // try {
            //     site.fetch(link);
            // } catch (EOFException e) {
            //     broken.add(link);
            //     permits.release();
            // } finally {
            //     permits.release();
            // }
            // >>> nobody takes a permit
            // try {
            //     site.fetch(link);
            // } catch (EOFException e) {
            //     broken.add(link);
            // }
            // <<<
        });
    });
    return broken;
}

// %%
/** Crawls a site, and gives up when that takes too long. */
String outcome(Site site, Duration limit) throws Exception {
    try (var loop = new EventLoop()) {
        return loop.runUntilComplete(() -> {
            try {
                var broken = timeout(limit, () -> crawl(site));
                return broken.stream().sorted().toList() + " broken, " + site.fetched() + " pages, at most " + site.mostAtOnce() + " at once";
            } catch (TimeoutException e) {
                return "it never ended";
            }
        });
    }
}

void main() throws Exception {
    try (var site = Site.start(12, Duration.ofMillis(100), "/1", "/5")) {
        IO.println(outcome(site, Duration.ofSeconds(3)));
    }
}

// %% tags=["check"]
void expect(String outcome, String... broken) throws Exception {
    try (var site = Site.start(12, Duration.ofMillis(100), broken)) {
        String seen = outcome(site, Patience.limit().multipliedBy(3));
        if (!seen.equals(outcome))
            throw new Finding("Of 12 links " + broken.length + " are broken, and the outcome was: " + seen + ".", outcome);
    }
}

void verify() throws Exception {
    expect("[] broken, 12 pages, at most 2 at once");
    expect("[/1, /2, /3] broken, 9 pages, at most 2 at once", "/1", "/2", "/3");
}

// %% [markdown]
// ## Hints
//
// 1. Count the permits: what does a task with a broken link take, and what does it give back?
// 2. How many permits are left after the second run of the recording?
// 3. `Semaphore.Permit` is `AutoCloseable`.
//
// ## Solution
//
// `fetch` throws for a broken link, and the line after it, `permits.release()`, is left out. Each broken link costs one
// permit: after one, the crawler still ends, but it fetches one page at a time, which the recording hides. After two, all
// the other tasks wait for a permit that nobody has. In a `try` with resources the permit is given back at every
// exit, and exactly once: on success, on failure and on cancellation. That `await(permits.acquire())` stands in its head
// matters, too: who is canceled while waiting has no permit, and gives none back.
//
// ## Wrong attempts
//
// - start: Of 12 links 3 are broken, and the outcome was: it never ended. Expected: [/1, /2, /3] broken, 9 pages, at most
//   2 at once.
// - a broken link gives back two: Of 12 links 3 are broken, and the outcome was: [/1, /2, /3] broken, 9 pages, at most [...]
//   at once. Expected: [/1, /2, /3] broken, 9 pages, at most 2 at once.
// - nobody takes a permit: Of 12 links 0 are broken, and the outcome was: [] broken, 12 pages, at most [...] at once.
//   Expected: [] broken, 12 pages, at most 2 at once.

//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/tasks/Queue.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.CancelledError;
import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.Queue;
import aio.tasks.QueueShutDown;
import aio.tasks.TaskGroup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Items from task to task: in which order, how many at most, and none lost by a cancellation. */
@Timeout(60)
class QueueTest {
    public static void main(String... args) {
        TestRun.main(QueueTest.class);
    }

    private static final Duration LONG = Duration.ofHours(1);

    /** Whatever happens on the loop, one line each. */
    private final List<String> log = new ArrayList<>();

    private static void runOnLoop(EventLoop.Body body) throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(loop.createTask("main", body));
        }
    }

    /** Lets the others run until all of them wait. */
    private static void letOthersRun() throws IOException {
        for (int i = 0; i < 5; i++) await(new SleepEvent(Duration.ZERO));
    }

    /** Starts a task that takes one item, and lets it wait. */
    private Task<String> getter(String name, Queue<String> queue) throws IOException {
        Callable<String> body =
                () -> {
                    String item = await(queue.get());
                    log.add(name + " got " + item);
                    return item;
                };
        Task<String> task = EventLoop.current().createTask(name, body);
        letOthersRun();
        return task;
    }

    /** Starts a task that puts one item, and lets it wait. */
    private Task<Void> putter(Queue<String> queue, String item) throws IOException {
        Task<Void> task =
                EventLoop.current()
                        .createTask(
                                "putter",
                                () -> {
                                    await(queue.put(item));
                                    log.add("put " + item);
                                });
        letOthersRun();
        return task;
    }

    // ---- Order and bound

    @Test
    void givesItemsInTheOrderInWhichTheyWerePut() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            for (String item : List.of("a", "b", "c")) assertEquals(item, await(queue.put(item)));
            assertEquals(3, queue.size());
            for (String item : List.of("a", "b", "c")) assertEquals(item, await(queue.get()));
            assertEquals(0, queue.size());
        });
    }

    @Test
    void aPutWaitsWhileItIsFullAndTakesThePlaceOfTheNextItemThatLeaves() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>(2);
            await(queue.put("a"));
            await(queue.put("b"));
            putter(queue, "c");
            putter(queue, "d");
            assertEquals(List.of(), log);
            assertEquals("a", await(queue.get()));
            letOthersRun();
            assertEquals(List.of("put c"), log);
            assertEquals(2, queue.size());
            assertEquals("b", await(queue.get()));
            letOthersRun();
            assertEquals(List.of("put c", "put d"), log);
        });
    }

    @Test
    void whoWaitsLongestGetsTheNextItemAndNobodyOvertakes() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            getter("first", queue);
            getter("second", queue);
            assertTrue(queue.putNowait("a"));
            // The first is woken and has not run yet; neither of these may have its item:
            assertNull(queue.getNowait());
            EventLoop.current()
                    .callSoon(() -> {
                        queue.putNowait("b");
                        queue.putNowait("c");
                    });
            assertEquals("c", await(queue.get()));
            assertEquals(List.of("first got a", "second got b"), log);
        });
    }

    @Test
    void whoIsWokenForNothingKeepsItsPlace() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            var first = getter("first", queue);
            getter("second", queue);
            first.wake();
            letOthersRun();
            assertTrue(queue.putNowait("a"));
            assertEquals("a", await(first));
        });
    }

    @Test
    void whoWaitsLongestPutsNextAndNobodyOvertakes() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>(1);
            await(queue.put("a"));
            putter(queue, "b");
            putter(queue, "c");
            assertEquals("a", await(queue.get()));
            assertFalse(queue.putNowait("d"), "b has waited longer");
            putter(queue, "d");
            for (String item : List.of("b", "c", "d")) assertEquals(item, await(queue.get()));
        });
    }

    @Test
    void oneTurnServesAsManyAsThereAreItems() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            for (int i = 1; i <= 3; i++) getter("" + i, queue);
            for (String item : List.of("a", "b", "c")) assertTrue(queue.putNowait(item));
            letOthersRun();
            assertEquals(List.of("1 got a", "2 got b", "3 got c"), log);
        });
    }

    @Test
    void withoutWaitingItGivesNothingIfEmptyAndTakesNothingIfFull() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>(1);
            assertNull(queue.getNowait());
            assertTrue(queue.putNowait("a"));
            assertFalse(queue.putNowait("b"));
            assertEquals("a", queue.getNowait());
            assertEquals(0, queue.size());
        });
    }

    // ---- Cancellation loses nothing

    @Test
    void aGetterThatIsCancelledAfterItWasWokenLeavesTheItemToTheNext() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            var first = getter("first", queue);
            var second = getter("second", queue);
            assertTrue(queue.putNowait("a"));
            first.cancel();
            assertEquals("a", await(second));
            assertTrue(first.isCancelled());
            assertEquals(List.of("second got a"), log);
        });
    }

    @Test
    void aGetterThatIsCancelledAfterItWasWokenLeavesTheItemInTheQueue() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            var only = getter("only", queue);
            assertTrue(queue.putNowait("a"));
            only.cancel();
            assertThrows(CancelledError.class, () -> await(only));
            assertEquals("a", await(queue.get()));
        });
    }

    @Test
    void aPutterThatIsCancelledPutsNothingAndLeavesTheRoomToTheNext() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>(1);
            await(queue.put("a"));
            var cancelled = putter(queue, "b");
            var next = putter(queue, "c");
            assertEquals("a", queue.getNowait());
            cancelled.cancel(); // it was woken, and has not run yet
            await(next);
            assertEquals("c", await(queue.get()));
            assertEquals(0, queue.size());
            assertTrue(cancelled.isCancelled());
        });
    }

    @Test
    void whoIsCancelledInTheMiddleOfTheLineIsSkipped() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            getter("first", queue);
            var middle = getter("middle", queue);
            var last = getter("last", queue);
            middle.cancel();
            letOthersRun();
            assertTrue(queue.putNowait("a"));
            assertTrue(queue.putNowait("b"));
            await(last);
            assertEquals(List.of("first got a", "last got b"), log);
        });
    }

    /** The item comes a moment before the time is up, or a moment after; it is there either way. */
    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void aTimeLimitThatEndsAsTheItemComesLosesNoItem(int millis) throws Exception {
        runOnLoop(() -> {
            var loop = EventLoop.current();
            var queue = new Queue<String>();
            var getter =
                    loop.createTask("getter", () -> waitFor(queue.get(), Duration.ofMillis(5)));
            loop.callSoon(() -> {
                loop.callLater(Duration.ofMillis(millis), () -> queue.putNowait("a"));
                long end = loop.time() + 20_000_000;
                while (loop.time() < end) Thread.onSpinWait(); // now both are due in one turn
            });
            try {
                assertEquals("a", await(getter));
                assertEquals(0, queue.size());
            } catch (TimeoutException e) {
                assertEquals("a", await(queue.get()));
            }
        });
    }

    /** Twenty tasks put and twenty take, while a hand of chance cancels them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void whateverIsCancelledEachItemThatWasPutIsTakenOnce(int capacity) throws Exception {
        var random = new Random(capacity);
        var put = new ArrayList<Integer>();
        var got = new ArrayList<Integer>();
        var count = new int[1];
        runOnLoop(() -> {
            var queue = new Queue<Integer>(capacity);
            EventLoop.Body produce = () -> put.add(await(queue.put(count[0]++)));
            EventLoop.Body consume = () -> got.add(await(queue.get()));
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < 40; i++) tasks.add(null);
            for (int round = 0; round < 5_000; round++) {
                int i = random.nextInt(tasks.size());
                Task<Void> task = tasks.get(i);
                if (task == null || task.isDone()) {
                    var body = i % 2 == 0 ? produce : consume;
                    tasks.set(i, EventLoop.current().createTask("task " + i, body));
                } else if (random.nextInt(4) == 0) {
                    task.cancel();
                }
                if (random.nextInt(3) == 0) await(new SleepEvent(Duration.ZERO));
            }
            tasks.forEach(task -> {
                if (task != null) task.cancel();
            });
            letOthersRun();
            for (Integer item = queue.getNowait(); item != null; item = queue.getNowait()) {
                got.add(item);
            }
        });
        assertTrue(put.size() > 200, "only " + put.size() + " were put");
        assertEquals(put.stream().sorted().toList(), got.stream().sorted().toList());
    }

    @Test
    void producersAndConsumersOfABoundedQueuePassEverythingOn() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<Integer>(3);
            var got = new ArrayList<Integer>();
            TaskGroup.run(consumers -> {
                for (int i = 0; i < 5; i++) {
                    consumers.createTask("consumer", () -> consumeAll(queue, got));
                }
                TaskGroup.run(producers -> {
                    for (int i = 0; i < 10; i++) {
                        int from = i * 100;
                        producers.createTask("producer", () -> produce(queue, from, from + 100));
                    }
                });
                queue.shutdown();
            });
            assertEquals(IntStream.range(0, 1000).boxed().toList(), got.stream().sorted().toList());
        });
    }

    private static void produce(Queue<Integer> queue, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            await(queue.put(i));
            assertTrue(queue.size() <= 3);
        }
    }

    private static void consumeAll(Queue<Integer> queue, List<Integer> got) throws IOException {
        try {
            while (true) got.add(await(queue.get()));
        } catch (QueueShutDown e) {
            // the producers have ended
        }
    }

    // ---- join and shutdown

    @Test
    void joinWaitsUntilEveryItemIsDone() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            assertTrue(await(queue.join()), "nothing was put");
            await(queue.put("a"));
            await(queue.put("b"));
            for (String name : List.of("first", "second")) {
                EventLoop.current()
                        .createTask(
                                name,
                                () -> {
                                    await(queue.join());
                                    log.add(name + " joined");
                                });
            }
            assertEquals("a", await(queue.get()));
            queue.taskDone();
            assertEquals("b", await(queue.get()));
            letOthersRun();
            assertEquals(List.of(), log);
            queue.taskDone();
            letOthersRun();
            assertEquals(List.of("first joined", "second joined"), log);
            assertThrows(IllegalStateException.class, queue::taskDone);
        });
    }

    @Test
    void shutDownItGivesWhatItHasAndThenEndsEveryGetter() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            await(queue.put("a"));
            queue.shutdown();
            assertEquals("a", await(queue.get()));
            assertThrows(QueueShutDown.class, () -> await(queue.get()));
            assertThrows(QueueShutDown.class, queue::getNowait);
            assertThrows(QueueShutDown.class, () -> await(queue.put("b")));
            assertThrows(QueueShutDown.class, () -> queue.putNowait("b"));
        });
    }

    @Test
    void shutDownItEndsAllThatWait() throws Exception {
        runOnLoop(() -> {
            EventLoop.current().setExceptionHandler((_, _) -> {}); // nobody awaits them yet
            var empty = new Queue<String>();
            var getters = List.of(getter("1", empty), getter("2", empty), getter("3", empty));
            var full = new Queue<String>(1);
            await(full.put("a"));
            var putters = List.of(putter(full, "b"), putter(full, "c"));
            empty.shutdown();
            full.shutdown();
            for (var task : getters) assertThrows(QueueShutDown.class, () -> await(task));
            for (var task : putters) assertThrows(QueueShutDown.class, () -> await(task));
            assertEquals("a", await(full.get()));
        });
    }

    // ---- Where and what

    @Test
    void refusesOtherThreadsAndOtherLoops() throws Exception {
        assertThrows(IllegalStateException.class, () -> new Queue<String>());
        runOnLoop(() -> {
            var queue = new Queue<String>();
            List<Callable<?>> calls =
                    List.of(
                            () -> queue.putNowait("a"),
                            queue::getNowait,
                            queue::size,
                            () -> {
                                queue.shutdown();
                                return null;
                            },
                            () -> {
                                queue.taskDone();
                                return null;
                            },
                            () -> onAnotherLoop(() -> await(queue.put("a"))),
                            () -> onAnotherLoop(() -> await(queue.get())));
            for (Callable<?> call : calls) {
                var refused =
                        assertThrows(
                                IllegalStateException.class,
                                () -> await(EventLoop.current().runInExecutor(call)));
                assertTrue(
                        refused.getMessage().startsWith("not on the loop"), refused.getMessage());
            }
            assertEquals(0, queue.size());
        });
    }

    private static Object onAnotherLoop(Callable<?> body) throws Exception {
        try (var other = new EventLoop()) {
            return other.runUntilComplete(body);
        }
    }

    @Test
    void refusesNullAndACapacityOfNone() throws Exception {
        runOnLoop(() -> {
            assertThrows(IllegalArgumentException.class, () -> new Queue<String>(0));
            assertThrows(NullPointerException.class, () -> new Queue<String>().put(null));
            assertThrows(NullPointerException.class, () -> new Queue<String>().putNowait(null));
        });
    }

    @Test
    void anEventOfAQueueCanBeAwaitedAgain() throws Exception {
        runOnLoop(() -> {
            var queue = new Queue<String>();
            var get = queue.get();
            await(queue.put("a"));
            await(queue.put("b"));
            assertEquals("a", waitFor(get, LONG));
            assertEquals("b", waitFor(get, LONG));
            assertThrows(TimeoutException.class, () -> waitFor(get, Duration.ofMillis(1)));
            await(queue.put("c"));
            assertEquals("c", await(get));
        });
    }
}

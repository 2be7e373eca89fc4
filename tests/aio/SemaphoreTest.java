//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/tasks/Semaphore.java
//SOURCES ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java ../shared/TestRun.java
package tests.aio;

import static aio.EventLoop.await;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.Semaphore;
import aio.tasks.TaskGroup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** How many at once, in which order, and no permit lost by a cancellation. */
@Timeout(60)
class SemaphoreTest {
    public static void main(String... args) {
        TestRun.main(SemaphoreTest.class);
    }

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

    /** Starts a task that takes a permit and keeps it. */
    private Task<Void> acquirer(String name, Semaphore permits) throws IOException {
        Task<Void> task =
                EventLoop.current()
                        .createTask(
                                name,
                                () -> {
                                    await(permits.acquire());
                                    log.add(name);
                                });
        letOthersRun();
        return task;
    }

    @Test
    void letsAsManyInAsThereArePermits() throws Exception {
        runOnLoop(() -> {
            var permits = new Semaphore(3);
            var inside = new int[2]; // now, and at most
            TaskGroup.run(group -> {
                for (int i = 0; i < 20; i++) {
                    group.createTask(
                            "task",
                            () -> {
                                try (var _ = await(permits.acquire())) {
                                    inside[1] = Math.max(inside[1], ++inside[0]);
                                    await(new SleepEvent(Duration.ofMillis(1)));
                                    inside[0]--;
                                }
                            });
                }
            });
            assertEquals(3, inside[1]);
            assertEquals(0, inside[0]);
        });
    }

    @Test
    void whoWaitsLongestIsNextAndNobodyOvertakes() throws Exception {
        runOnLoop(() -> {
            var permits = new Semaphore(0);
            acquirer("first", permits);
            acquirer("second", permits);
            permits.release();
            // The first is woken and has not run yet; nobody else may have its permit:
            assertTrue(permits.locked());
            EventLoop.current()
                    .callSoon(() -> {
                        permits.release();
                        permits.release();
                    });
            await(permits.acquire());
            assertEquals(List.of("first", "second"), log);
        });
    }

    @Test
    void whoIsCancelledAfterItWasWokenLeavesThePermitToTheNext() throws Exception {
        runOnLoop(() -> {
            var permits = new Semaphore(0);
            var first = acquirer("first", permits);
            var second = acquirer("second", permits);
            permits.release();
            first.cancel();
            await(second);
            assertTrue(first.isCancelled());
            assertEquals(List.of("second"), log);
        });
    }

    @Test
    void whoIsCancelledAfterItWasWokenLeavesThePermitInTheSemaphore() throws Exception {
        runOnLoop(() -> {
            var permits = new Semaphore(0);
            var only = acquirer("only", permits);
            permits.release();
            only.cancel();
            letOthersRun();
            assertTrue(only.isCancelled());
            assertFalse(permits.locked());
        });
    }

    @Test
    void whateverIsCancelledEveryPermitComesBack() throws Exception {
        var random = new Random(1);
        runOnLoop(() -> {
            var permits = new Semaphore(3);
            var tasks = new ArrayList<Task<Void>>();
            for (int round = 0; round < 2_000; round++) {
                tasks.removeIf(Task::isDone);
                tasks.add(
                        EventLoop.current()
                                .createTask(
                                        "task",
                                        () -> {
                                            try (var _ = await(permits.acquire())) {
                                                await(new SleepEvent(Duration.ZERO));
                                            }
                                        }));
                if (random.nextBoolean()) tasks.get(random.nextInt(tasks.size())).cancel();
                if (random.nextInt(3) == 0) await(new SleepEvent(Duration.ZERO));
            }
            tasks.forEach(Task::cancel);
            letOthersRun();
            for (int i = 0; i < 3; i++) {
                assertFalse(permits.locked(), "only " + i + " permits are left");
                await(permits.acquire());
            }
            assertTrue(permits.locked(), "there are more permits than at first");
        });
    }

    @Test
    void aPermitIsReleasedOnce() throws Exception {
        runOnLoop(() -> {
            var permits = new Semaphore(1);
            var permit = await(permits.acquire());
            permit.close();
            permit.close();
            await(permits.acquire());
            assertTrue(permits.locked());
        });
    }

    @Test
    void refusesOtherThreadsAndFewerPermitsThanNone() throws Exception {
        assertThrows(IllegalStateException.class, () -> new Semaphore(1));
        runOnLoop(() -> {
            assertThrows(IllegalArgumentException.class, () -> new Semaphore(-1));
            var permits = new Semaphore(1);
            var permit = await(permits.acquire());
            for (EventLoop.Body call :
                    List.<EventLoop.Body>of(permits::release, permits::locked, permit::close)) {
                var refused =
                        assertThrows(
                                IllegalStateException.class,
                                () ->
                                        await(
                                                EventLoop.current()
                                                        .runInExecutor(() -> {
                                                            call.run();
                                                            return null;
                                                        })));
                assertTrue(refused.getMessage().startsWith("not on the loop"));
            }
            permit.close();
            assertFalse(permits.locked(), "the refused call of close has not used the permit up");
        });
    }
}

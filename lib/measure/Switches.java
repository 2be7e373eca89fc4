//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//SOURCES ../aio/Coroutine.java
package measure;

import module java.base;

import aio.Coroutine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The benchmarks of the chapter {@code coroutine_cost}: one switch to other code and back, in six
 * ways with Java's public API. JMH runs them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Switches {
    /** Timed together, so that the start of the threads hardly counts. */
    private static final int SWITCHES = 10_000;

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
    private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();

    /** JMH calls it. */
    public Switches() {}

    /**
     * Runs callbacks from a queue, as a reactor does. Returns a number that depends on all of them,
     * so that the compiler can't leave any out.
     */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public int callback() {
        var ready = new ArrayDeque<Runnable>();
        int[] count = {0};
        Runnable callback = () -> count[0]++;
        for (int i = 0; i < SWITCHES; i++) {
            ready.add(callback);
            ready.poll().run();
        }
        return count[0];
    }

    /** Resumes our coroutine from a virtual thread, as the loop does. */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void coroutine() throws Exception {
        join(VIRTUAL, Switches::resumeOften);
    }

    /**
     * Resumes our coroutine from a platform thread: each switch goes through the operating system.
     */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void coroutineFromPlatformThread() throws Exception {
        join(PLATFORM, Switches::resumeOften);
    }

    private static Void resumeOften() throws Exception {
        var coroutine = new Coroutine<Void>(Switches::yieldForEver);
        for (int i = 0; i < SWITCHES; i++) coroutine.send(null);
        coroutine.close();
        return null;
    }

    private static Void yieldForEver() {
        while (true) Coroutine.yield(null);
    }

    /** Lets two virtual threads park and unpark each other, and nothing else. */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void virtualThreads() throws Exception {
        new Parking().run(VIRTUAL);
    }

    /** Does the same with two platform threads. */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void platformThreads() throws Exception {
        new Parking().run(PLATFORM);
    }

    /** Lets two virtual threads pass a number there and back, through two SynchronousQueues. */
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void synchronousQueue() throws Exception {
        var there = new SynchronousQueue<Integer>();
        var back = new SynchronousQueue<Integer>();
        var other =
                start(
                        VIRTUAL,
                        () -> {
                            for (int i = 0; i < SWITCHES; i++) back.put(there.take());
                            return null;
                        });
        join(
                VIRTUAL,
                () -> {
                    for (int i = 0; i < SWITCHES; i++) {
                        there.put(i);
                        back.take();
                    }
                    return null;
                });
        other.get();
    }

    private static <T> FutureTask<T> start(ThreadFactory threads, Callable<T> body) {
        var task = new FutureTask<>(body);
        threads.newThread(task).start();
        return task;
    }

    private static void join(ThreadFactory threads, Callable<Void> body) throws Exception {
        start(threads, body).get();
    }

    /** Two threads that take turns. */
    private static final class Parking {
        private final Thread[] threads = new Thread[2];
        private volatile int turn;

        void run(ThreadFactory factory) throws InterruptedException {
            for (int i : new int[] {0, 1}) threads[i] = factory.newThread(() -> takeTurns(i));
            for (Thread thread : threads) thread.start();
            for (Thread thread : threads) thread.join();
        }

        private void takeTurns(int own) {
            for (int i = 0; i < SWITCHES; i++) {
                while (turn != own) LockSupport.park(this);
                turn = 1 - own;
                LockSupport.unpark(threads[1 - own]);
            }
        }
    }
}

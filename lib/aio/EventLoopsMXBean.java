package aio;

import module java.base;

/** What the running loops of a JVM have in hand, for another process: see {@link EventLoops}. */
public interface EventLoopsMXBean {
    /**
     * Returns a snapshot of each running loop, in the order in which they were started. A loop
     * answers between two callbacks; if it hasn't after a second, the snapshot says so and contains
     * what another thread can see. Any thread may call this.
     */
    List<Loop> snapshot();

    /**
     * One loop.
     *
     * @param thread the number of the loop's thread
     * @param answers false if a callback or a coroutine has kept the loop busy for a second
     * @param busyWith the task that keeps the loop busy; empty if the loop answers, or a callback
     *     does
     * @param stack if the loop doesn't answer, where that task or the loop's thread stands,
     *     innermost frame first
     * @param ready how many callbacks are in its ready queue; -1 if it doesn't answer
     * @param timers how many timers it has; -1 if it doesn't answer
     * @param tasks the tasks that have not ended, oldest first
     */
    record Loop(
            long thread,
            boolean answers,
            String busyWith,
            List<String> stack,
            int ready,
            int timers,
            List<Entry> tasks) {}

    /**
     * One task.
     *
     * @param id its number, which is higher than those of the tasks made before it
     * @param name its name
     * @param maker the number of the task that made it; 0 if no task did
     * @param makerName the name of the task that made it, which may have ended; empty if none did
     * @param state {@code new}, {@code ready}, {@code runs} or {@code waits}
     * @param waitsFor the kind of thing that it waits for, for example {@code input}; empty if it
     *     doesn't wait
     * @param detail which one, for example {@code from 127.0.0.1:4711}; may be empty
     * @param waitedMillis for how many milliseconds it has been waiting; 0 if it doesn't wait
     * @param method the method where it stands: the innermost one outside the library, if there is
     *     one; empty if its body has not started
     * @param line the file and line of that, for example {@code caro_pig.java:57}
     */
    record Entry(
            long id,
            String name,
            long maker,
            String makerName,
            String state,
            String waitsFor,
            String detail,
            long waitedMillis,
            String method,
            String line) {}
}

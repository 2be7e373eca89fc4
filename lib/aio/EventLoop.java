//SOURCES CancelledError.java Coroutine.java DefaultExecutor.java Event.java Future.java
//SOURCES Gather.java LoopEvents.java Poller.java Report.java Task.java TimerHandle.java
//SOURCES Timers.java UnobservedFailure.java
package aio;

import module java.base;

/**
 * Runs many coroutines, one at a time: each until it waits for something, then the next; when none
 * is ready, it waits for channels, timers and other threads.
 *
 * <ol>
 *   <li>One thread of control. Callbacks and coroutines never run at the same time, so what only
 *       they touch needs no lock; what another thread has for the loop goes through {@link
 *       #callSoonThreadsafe}.
 *   <li>Turns are short: each runs a limited number of callbacks, so no callback, channel or timer
 *       can starve the others. Only code that neither ends nor awaits can.
 *   <li>Try first, wait second. An operation is attempted before its coroutine is suspended; being
 *       woken is a reason to try again, and no promise.
 *   <li>A failure ends only what failed, and goes to whoever awaits it, or else to the exception
 *       handler.
 * </ol>
 *
 * <pre>
 *  callSoon, createTask, wake ---------------+
 *  callSoonThreadsafe -----> [ incoming ] --+|
 *  callLater, callAt ------> [ timers ] ---+||
 *  await(channel event) ---> [ poller ] ---vvv
 *                                      [ ready ] --> run: a callback, or a task to its next wait
 * </pre>
 *
 * A {@link #turn} runs what was ready when it began, 512 callbacks at most; what they add is for
 * later turns. Before a turn the selector is asked if nothing is ready, or if 61 callbacks have run
 * since the last time.
 *
 * <p>The loop has a virtual thread of its own: handing over to a coroutine from there costs a
 * fraction of what it costs from a platform thread. The JVM does not preempt virtual threads, so
 * when as many of them compute as there are processors, a loop has to wait for them. Computations
 * belong on platform threads: {@link #runInExecutor(Callable)}.
 *
 * <p>Unless it says otherwise, a method is called on the loop (in its callbacks and coroutines) or
 * while the loop does not run, and fails with {@code IllegalStateException} in another thread or
 * when the loop is closed. Counterparts: asyncio's event loop, Tornado's {@code IOLoop}; methods
 * have asyncio's names in Java's spelling.
 */
public final class EventLoop implements AutoCloseable {
    private static final int CALLBACKS_PER_TURN = 512;

    /** Small turns share a look at the selector, which costs a system call. */
    private static final int CALLBACKS_PER_POLL = 61;

    /** How long cancelled tasks may take to end before the closing loop ends them. */
    private static final long CLOSE_NANOS = 3_000_000_000L;

    private static final ThreadLocal<EventLoop> LOOP_OF_THREAD = new ThreadLocal<>();

    final Queue<Runnable> ready = new ArrayDeque<>();
    private final Queue<Runnable> incoming = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(this::cancelTimer);
    final Poller poller = new Poller(this::run);

    /** Those that have not ended, oldest first. */
    final Set<Task<?>> tasks = new LinkedHashSet<>();

    /** Entered by whatever thread fails a future. */
    final Set<UnobservedFailure> unobserved = ConcurrentHashMap.newKeySet();

    private int callbacksSincePoll;

    // Written by any thread.
    private volatile Thread thread;
    private volatile boolean stopping;
    private volatile boolean closing;
    private volatile boolean closed;

    /** The cancelled tasks' finally blocks run. */
    private boolean shuttingDown;

    /** Tells other threads that what they add to {@link #incoming} needs a wake-up. */
    private volatile boolean selecting;

    private volatile long slowNanos = Long.MAX_VALUE;
    private volatile BiConsumer<String, Throwable> exceptionHandler = Report::print;

    /** Makes a loop that does not run yet; {@code UncheckedIOException} without a selector. */
    public EventLoop() {}

    // ---- In a coroutine

    /**
     * Suspends the calling coroutine until the event has happened; not at all if it has. Returns
     * what its operation gives, or throws its failure.
     */
    public static <T> T await(Event<T> event) throws IOException {
        Task.pauseAfterStreak();
        event.begin();
        T value;
        while ((value = event.poll()) == null) Coroutine.yield(event);
        return value;
    }

    /**
     * Suspends the calling coroutine until the future (or task) is complete. Returns its result or
     * throws its failure, as it is; {@link CancelledError} if it was cancelled.
     */
    public static <T> T await(Future<T> future) throws Exception {
        Task.pauseAfterStreak();
        while (!future.isDone()) Coroutine.yield(future);
        return future.result();
    }

    /** As {@link #await(Event)}, in a task; after {@code timeout} it gives up. */
    public static <T> T waitFor(Event<T> event, Duration timeout)
            throws IOException, TimeoutException {
        Task.pauseAfterStreak();
        event.begin();
        T value = event.poll();
        if (value != null) return value;
        Task<?> task = Task.current();
        TimerHandle timer = task.loop.callLater(timeout, task.waker);
        try {
            while (timer.isPending()) {
                Coroutine.yield(event);
                if ((value = event.poll()) != null) return value;
            }
            throw new TimeoutException(event + " took longer than " + timeout);
        } finally {
            timer.cancel();
        }
    }

    /**
     * As {@link #await(Future)}, in a task; after {@code timeout} it cancels the future, waits
     * until that is done, and throws {@link TimeoutException}. As {@code asyncio.wait_for}.
     */
    public static <T> T waitFor(Future<T> future, Duration timeout) throws Exception {
        TimerHandle timer = Task.current().loop.callLater(timeout, future::cancel);
        try {
            return await(future);
        } catch (CancelledError e) {
            if (!future.isCancelled() || timer.isPending()) throw e;
            throw new TimeoutException(future + " took longer than " + timeout);
        } finally {
            timer.cancel();
        }
    }

    /** Returns the loop that runs the caller; an error if none does. */
    public static EventLoop current() {
        EventLoop loop = currentOrNull();
        if (loop == null) throw new IllegalStateException("no event loop runs this code");
        return loop;
    }

    static EventLoop currentOrNull() {
        Task<?> task = Task.of(Coroutine.currentOrNull());
        return task != null ? task.loop : LOOP_OF_THREAD.get();
    }

    /** Whether the caller is a callback or a coroutine of this loop. */
    boolean isCurrent() {
        return Thread.currentThread() == thread || currentOrNull() == this;
    }

    private void checkThread() {
        if (closed) throw new IllegalStateException("the loop is closed");
        if (thread == null || isCurrent()) return;
        throw new IllegalStateException("not on the loop: use callSoonThreadsafe to get there");
    }

    // ---- Work

    /** Runs a callback in a later turn, in the order of the calls. */
    public void callSoon(Runnable callback) {
        checkThread();
        ready.add(Objects.requireNonNull(callback));
    }

    /** As {@link #callSoon}, from any thread; it wakes the loop. Nothing if the loop is closed. */
    public void callSoonThreadsafe(Runnable callback) {
        Objects.requireNonNull(callback);
        if (closed) return;
        incoming.add(callback);
        if (selecting) poller.wakeup();
    }

    /** As {@link #callSoon}, in whatever thread; nothing happens if the loop is closed. */
    void post(Runnable callback) {
        if (isCurrent()) ready.add(callback);
        else callSoonThreadsafe(callback);
    }

    /** Runs a callback after a delay of any length; negative is none. */
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return callAt(deadline(delay), callback);
    }

    /** Runs a callback at a {@link #time}; of those for the same time the first added first. */
    public TimerHandle callAt(long when, Runnable callback) {
        checkThread();
        return timers.add(when, Objects.requireNonNull(callback));
    }

    private void cancelTimer(TimerHandle timer) {
        if (closed) return;
        checkThread();
        timers.remove(timer);
    }

    /** Returns the loop's clock, {@link System#nanoTime}; any thread may ask. */
    public long time() {
        return System.nanoTime();
    }

    long deadline(Duration delay) {
        boolean huge = delay.getSeconds() >= Poller.FOREVER / 1_000_000_000;
        return time() + (huge ? Poller.FOREVER : delay.isNegative() ? 0 : delay.toNanos());
    }

    /**
     * Runs a callback whenever the loop finds that a non-blocking channel has input, or a
     * connection to accept; nobody may await that meanwhile.
     */
    public void addReader(SelectableChannel channel, Runnable callback) throws IOException {
        checkThread();
        int operation = channel.validOps() & Waiters.INPUT;
        poller.watch(channel, operation, new Reader(Objects.requireNonNull(callback)));
    }

    /** A reader's callback, by which it is known from a task's. */
    private record Reader(Runnable callback) implements Runnable {
        @Override
        public void run() {
            callback.run();
        }

        @Override
        public String toString() {
            return Report.name(callback);
        }
    }

    /** Ends what {@link #addReader} began; nothing if it did not. */
    public void removeReader(SelectableChannel channel) {
        checkThread();
        poller.unwatch(channel, Waiters.INPUT, null);
    }

    /**
     * Closes a channel and wakes the tasks that wait for it: their {@code await} fails with {@code
     * ClosedChannelException}. What {@link #addReader} began ends, and the reader is not called
     * again. A plain {@code channel.close()} tells nobody: another task that waits for the channel
     * then waits for ever, or until its timeout. From another thread: {@code callSoonThreadsafe(()
     * -> loop.closeChannel(channel))}. A failure to close is ignored: nobody can do anything about
     * it.
     */
    public void closeChannel(SelectableChannel channel) {
        if (!closed) checkThread();
        for (Runnable waiter : poller.close(channel)) {
            if (!(waiter instanceof Reader)) ready.add(waiter);
        }
    }

    /** Makes a task of a coroutine's body, to begin in a later turn. */
    public <T> Task<T> createTask(String name, Callable<? extends T> body) {
        checkThread();
        var task = new Task<T>(this, name, body);
        tasks.add(task);
        LoopEvents.task(name, "started", null);
        task.schedule();
        return task;
    }

    /** As {@link #createTask(String, Callable)}, of a body without a result. */
    public Task<Void> createTask(String name, Body body) {
        return createTask(name, body.asCallable());
    }

    /** The body of a coroutine without a result. */
    @FunctionalInterface
    public interface Body {
        /** Runs to the end; it may await at any depth. */
        void run() throws Exception;

        private Callable<Void> asCallable() {
            return () -> {
                run();
                return null;
            };
        }
    }

    /** Returns the tasks that have not ended, oldest first. Counterpart: {@code all_tasks}. */
    public List<Task<?>> tasks() {
        checkThread();
        return List.copyOf(tasks);
    }

    /**
     * Makes a future of the results of several futures or tasks, in their order. The first failure
     * fails it at once, and the others go on; cancelling it cancels them all.
     */
    public <T> Future<List<T>> gather(Collection<? extends Future<? extends T>> futures) {
        checkThread();
        return new Gather<T>(this, List.copyOf(futures));
    }

    /**
     * Runs on a platform thread of the library's what would keep this one, a computation too, and
     * makes a future of its result. Counterpart: {@code asyncio.to_thread}.
     */
    public <T> Future<T> runInExecutor(Callable<? extends T> blocking) {
        return runInExecutor(DefaultExecutor.THREAD_POOL, blocking);
    }

    /**
     * As {@link #runInExecutor(Callable)}, on a thread of {@code executor}. Virtual threads are for
     * what waits, not for what computes. Cancelling the future keeps the work from beginning, and
     * does not interrupt the thread once it has begun.
     */
    public <T> Future<T> runInExecutor(Executor executor, Callable<? extends T> blocking) {
        checkThread();
        var future = new Future<T>(this);
        executor.execute(() -> {
            if (future.isDone()) return; // cancelled before its turn came
            try {
                future.settle(blocking.call(), null);
            } catch (Throwable t) {
                future.settle(null, t);
            }
        });
        return future;
    }

    // ---- Life

    /**
     * Runs the loop until {@link #stop}, {@link #close} or an interrupt of the caller, which closes
     * the loop and leaves the interrupt status set. After a stop it may run again. Called in any
     * thread that runs no loop.
     */
    public void runForever() {
        if (currentOrNull() != null) {
            throw new IllegalStateException("this code runs on an event loop already");
        }
        join(start(true));
        // An interrupt that came as the run was ending counts, too.
        if (closing || Thread.currentThread().isInterrupted()) close();
    }

    /**
     * As {@link #runForever}, until the future is complete; returns its result or throws its
     * failure, {@code InterruptedException} after an interrupt, {@code IllegalStateException} after
     * a stop.
     */
    public <T> T runUntilComplete(Future<T> future) throws Exception {
        Consumer<Object> stop = done -> stop();
        future.addDoneCallback(stop);
        try {
            runForever();
        } finally {
            future.removeDoneCallback(stop);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the loop was interrupted and is closed");
        }
        if (future.isDone()) return future.result();
        throw new IllegalStateException("the loop was stopped before " + future + " completed");
    }

    /** As {@link #runUntilComplete(Future)}, of a task named main with this body. */
    public <T> T runUntilComplete(Callable<? extends T> body) throws Exception {
        return runUntilComplete(this.<T>createTask("main", body));
    }

    /**
     * Ends the run after the present turn (before a run: after its first turn); what is suspended
     * stays so. Any thread may call it.
     */
    public void stop() {
        stopping = true;
        poller.wakeup();
    }

    /**
     * Cancels all tasks and runs the loop until their {@code finally} blocks are through, for 3
     * seconds at most, then closes their coroutines. Closes all channels that were waited for, and
     * reports the failures that nobody looked at. Any thread may call it, more than once, and waits
     * for the end; on the loop itself it returns at once.
     */
    @Override
    public void close() {
        closing = true;
        poller.wakeup();
        for (Thread runner; !isCurrent() && (runner = start(false)) != null; ) join(runner);
    }

    /** Returns whether the loop runs; any thread may ask. */
    public boolean isRunning() {
        return thread != null;
    }

    /** Returns whether the loop is closed; any thread may ask. */
    public boolean isClosed() {
        return closed;
    }

    private synchronized Thread start(boolean asNew) {
        if (asNew && closed) throw new IllegalStateException("the loop is closed");
        if (asNew && thread != null) throw new IllegalStateException("the loop runs already");
        Thread runner = thread;
        if (runner == null && !closed) {
            runner = Thread.ofVirtual().name("event-loop").unstarted(this::run);
            thread = runner;
            runner.start();
        }
        return runner;
    }

    private void join(Thread runner) {
        boolean ended = false;
        boolean interrupted = false;
        try {
            runner.join();
            ended = true;
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            // Ctrl-C in JShell ends join() with an exception that cannot be caught by its name.
            if (!ended) {
                interruptUnlessShuttingDown(runner);
                closing = true;
                poller.wakeup(); // whoever was interrupted may have caught it
                try {
                    runner.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** An interrupt is for what runs now, not for the finally blocks of cancelled tasks. */
    private synchronized void interruptUnlessShuttingDown(Thread runner) {
        if (!shuttingDown) runner.interrupt();
    }

    private synchronized void beginShutDown() {
        shuttingDown = true;
        Thread.interrupted();
    }

    private void run() {
        LOOP_OF_THREAD.set(this);
        try {
            while (!closing) {
                turn(Poller.FOREVER);
                if (Thread.interrupted()) closing = true;
                else if (stopping) break;
            }
        } catch (Throwable t) {
            closing = true;
            callExceptionHandler("the loop failed, and closes", t);
        }
        if (closing) shutDown();
        else poller.rest();
        stopping = false;
        thread = null;
    }

    private void shutDown() {
        beginShutDown();
        try {
            for (Task<?> task : tasks()) run(new Cancellation(task));
            long end = time() + CLOSE_NANOS;
            while (!tasks.isEmpty() && end - time() > 0) turn(end - time());
        } catch (Throwable t) {
            callExceptionHandler("the loop failed while closing", t);
        } finally {
            tasks().forEach(Task::kill);
            poller.close();
        }
        closed = true;
        ready.clear();
        incoming.clear();
        List.copyOf(unobserved).forEach(UnobservedFailure::end);
    }

    private record Cancellation(Task<?> task) implements Runnable {
        @Override
        public void run() {
            task.cancel();
        }
    }

    // ---- A turn

    private void turn(long patience) throws IOException {
        takeIncoming();
        if (ready.isEmpty() || callbacksSincePoll >= CALLBACKS_PER_POLL) {
            callbacksSincePoll = 0;
            poll(patience);
            takeIncoming();
        }
        timers.moveDue(ready);
        int count = Math.min(ready.size(), CALLBACKS_PER_TURN);
        callbacksSincePoll += count;
        for (int i = 0; i < count; i++) run(ready.poll());
    }

    private void takeIncoming() {
        Runnable callback;
        for (int i = 0; i < CALLBACKS_PER_TURN && (callback = incoming.poll()) != null; i++) {
            ready.add(callback);
        }
    }

    private void poll(long patience) throws IOException {
        long nanos = 0;
        selecting = true;
        // Whoever adds to incoming from here on also wakes the poller.
        if (ready.isEmpty() && incoming.isEmpty()) {
            nanos = timers.untilFirst(patience);
        }
        LoopEvents.SelectEvent event = nanos > 0 ? LoopEvents.select() : null;
        poller.select(nanos);
        selecting = false;
        if (event != null) event.commit();
    }

    /** Runs a callback; its failure ends only itself. */
    void run(Runnable callback) {
        long start = slowNanos == Long.MAX_VALUE ? 0 : time();
        try {
            callback.run();
        } catch (Throwable t) {
            callExceptionHandler(Report.name(callback) + " failed", t);
        }
        if (start != 0 && time() - start >= slowNanos) {
            long millis = (time() - start) / 1_000_000;
            callExceptionHandler(
                    Report.name(callback) + " kept the loop for " + millis + " ms", null);
        }
    }

    // ---- Trouble

    /**
     * Sets who hears of failures that nobody catches: a message that names the task or callback,
     * and the exception (null for a slow callback). Called on the loop, or by the cleaner's thread.
     * By default they are printed on standard error. Any thread may call this.
     */
    public void setExceptionHandler(BiConsumer<String, Throwable> handler) {
        exceptionHandler = Objects.requireNonNull(handler);
    }

    /**
     * Reports what keeps the loop for {@code threshold} or longer; null, as at first, ends that.
     * Any thread may call it. Counterpart: asyncio's {@code slow_callback_duration}, 100 ms.
     */
    public void reportSlowCallbacks(Duration threshold) {
        slowNanos = threshold == null ? Long.MAX_VALUE : threshold.toNanos();
    }

    /** Tells the exception handler of a failure, in whatever thread. */
    public void callExceptionHandler(String message, Throwable error) {
        try {
            exceptionHandler.accept(message, error);
        } catch (Throwable t) {
            Report.print("the exception handler failed", t);
            Report.print(message, error);
        }
    }

    static void report(EventLoop loop, String message, Throwable error) {
        if (loop == null) Report.print(message, error);
        else loop.callExceptionHandler(message, error);
    }
}

//SOURCES CancelledError.java Coroutine.java DefaultExecutor.java Event.java EventLoops.java
//SOURCES Future.java Gather.java LoopObservers.java LoopStep.java Poller.java Report.java
//SOURCES Task.java TimerHandle.java Timeout.java Timers.java UnobservedFailure.java
package aio;

import module java.base;

import java.util.Queue;

/**
 * Runs many coroutines, one at a time. Each runs until it has to wait; then the loop runs the next
 * one. When none is ready, the loop sleeps until a channel is ready, a timer is due or another
 * thread wakes it.
 *
 * <ol>
 *   <li>One thread of control. Callbacks and coroutines never run at the same time, so state that
 *       only they use needs no lock. Another thread hands work to the loop with {@link
 *       #callSoonThreadsafe}.
 *   <li>Turns are short. Each runs a limited number of callbacks, so no callback, channel or timer
 *       can starve the others. Only code that neither returns nor awaits can do that.
 *   <li>Try first, wait second. An operation is tried before its coroutine is suspended. A wake-up
 *       doesn't promise that it will succeed: the coroutine tries again.
 *   <li>A failure ends only the task or callback that failed. It goes to the coroutine that awaits
 *       the task, or to the exception handler if none does.
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
 * A {@link #turn} runs the callbacks that were ready when it began, 512 at most; callbacks that
 * these add run in later turns. The loop polls the selector before a turn if nothing is ready, or
 * if 61 callbacks have run since the last poll.
 *
 * <p>The loop runs on a virtual thread of its own, because a switch to a coroutine costs a fraction
 * there of what it costs from a platform thread (measured in the chapter {@code coroutine_cost}).
 * The JVM does not preempt virtual threads (JDK 25): if as many of them compute as there are
 * processors, the loop waits until one is done. So run computations on platform threads, with
 * {@link #runInExecutor(Callable)}.
 *
 * <p>Unless a method says otherwise, call it on the loop (from its callbacks and coroutines) or
 * while the loop is not running. It throws {@code IllegalStateException} on any other thread, and
 * when the loop is closed. Counterparts: asyncio's event loop, Tornado's {@code IOLoop}; the
 * methods have asyncio's names in Java's spelling.
 */
public final class EventLoop implements AutoCloseable {
    private static final int CALLBACKS_PER_TURN = 512;

    /** Several small turns share one poll of the selector, because a poll is a system call. */
    private static final int CALLBACKS_PER_POLL = 61;

    /** How long the closing loop waits for cancelled tasks before it closes their coroutines. */
    private static final long CLOSE_NANOS = 3_000_000_000L;

    private static final ThreadLocal<EventLoop> LOOP_OF_THREAD = new ThreadLocal<>();

    /** The loops that run, for {@link EventLoops}. */
    static final Set<EventLoop> RUNNING = ConcurrentHashMap.newKeySet();

    private final Queue<Runnable> ready = new ArrayDeque<>();
    private final Queue<Runnable> incoming = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(this::cancelTimer);
    private final Consumer<Runnable> addReady = this::addReady;
    private final Poller poller = new Poller(this::runWaiter);

    /** The tasks that have not ended, oldest first. */
    final Set<Task<?>> tasks = new LinkedHashSet<>();

    /** Failures that nobody has looked at; the thread that fails a future adds to it. */
    final Set<UnobservedFailure> unobserved = ConcurrentHashMap.newKeySet();

    /** Told of each step; null while nobody watches. */
    private Consumer<LoopStep> observer = LoopObservers.of(this);

    private long tasksMade;
    private int callbacksSincePoll;

    /** When the last wait ended, so that a task which suspends itself needn't read the clock. */
    private long lastWakeUp = time();

    // Any thread may write these.
    private volatile Thread thread;
    private volatile boolean stopping;
    private volatile boolean closing;
    private volatile boolean closed;

    /** True while the finally blocks of the cancelled tasks run. */
    private boolean shuttingDown;

    /** True while a thread that adds to {@link #incoming} also has to wake the poller. */
    private volatile boolean selecting;

    private volatile long slowNanos = Long.MAX_VALUE;
    private volatile BiConsumer<String, Throwable> exceptionHandler = Report::print;

    /**
     * Makes a loop that is not running yet.
     *
     * @throws UncheckedIOException if the system has no selector left (out of file descriptors)
     */
    public EventLoop() {}

    // ---- In a coroutine

    /**
     * Suspends the calling coroutine until the event has happened, or not at all if it already has.
     * Returns the result of the event's operation, or throws its failure.
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
     * throws its failure, unwrapped; throws {@link CancelledError} if it was cancelled.
     */
    public static <T> T await(Future<T> future) throws Exception {
        Task.pauseAfterStreak();
        while (!future.isDone()) Coroutine.yield(future);
        return future.result();
    }

    /**
     * As {@link #await(Event)}, but gives up after {@code timeout}. Call it in a task.
     *
     * @throws TimeoutException if the event has not happened by then
     */
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
     * As {@link #await(Future)}, but after {@code timeout} it cancels the future, waits until the
     * future is complete, and throws {@link TimeoutException}. Call it in a task. Counterpart:
     * {@code asyncio.wait_for}.
     */
    public static <T> T waitFor(Future<T> future, Duration timeout) throws Exception {
        return Timeout.timeout(timeout, future, () -> await(future));
    }

    /** Returns the loop that runs the caller; {@code IllegalStateException} if none does. */
    public static EventLoop current() {
        EventLoop loop = currentOrNull();
        if (loop == null) throw new IllegalStateException("no event loop runs this code");
        return loop;
    }

    static EventLoop currentOrNull() {
        Task<?> task = Task.of(Coroutine.currentOrNull());
        return task != null ? task.loop : LOOP_OF_THREAD.get();
    }

    /** Returns whether the caller is a callback or a coroutine of this loop. */
    boolean isCurrent() {
        return Thread.currentThread() == thread || currentOrNull() == this;
    }

    /**
     * Throws {@code IllegalStateException} if the loop is closed, or runs on another thread than
     * the caller's. For what belongs to a loop; any thread may call it.
     */
    public void checkThread() {
        if (closed) throw new IllegalStateException("the loop is closed");
        if (thread == null || isCurrent()) return;
        throw new IllegalStateException("not on the loop: use callSoonThreadsafe to get there");
    }

    // ---- Work

    /** Runs a callback in a later turn. Callbacks run in the order in which they were added. */
    public void callSoon(Runnable callback) {
        checkThread();
        addReady(Objects.requireNonNull(callback));
    }

    void addReady(Runnable callback) {
        ready.add(callback);
        if (observer != null) tell(new LoopStep.Ready(callback));
    }

    /** As {@link #callSoon}, from any thread; wakes the loop. Does nothing if it is closed. */
    public void callSoonThreadsafe(Runnable callback) {
        Objects.requireNonNull(callback);
        if (closed) return;
        incoming.add(callback);
        if (selecting) poller.wakeup();
    }

    /** As {@link #callSoon}, on any thread; does nothing if the loop is closed. */
    void post(Runnable callback) {
        if (isCurrent()) addReady(callback);
        else callSoonThreadsafe(callback);
    }

    /** Runs a callback after a delay of any length; a negative delay counts as zero. */
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return callAt(deadline(delay), callback);
    }

    /**
     * Runs a callback at a time of the loop's clock. Callbacks for the same time run in the order
     * in which they were added.
     *
     * @param when the time, in nanoseconds of {@link #time}
     */
    public TimerHandle callAt(long when, Runnable callback) {
        checkThread();
        TimerHandle timer = timers.add(when, Objects.requireNonNull(callback));
        if (observer != null) tell(new LoopStep.TimerSet(timer));
        return timer;
    }

    private void cancelTimer(TimerHandle timer) {
        if (closed) return;
        checkThread();
        timers.remove(timer);
        if (observer != null) tell(new LoopStep.TimerCancelled(timer));
    }

    /** Returns the time of the loop's clock, {@link System#nanoTime}. Any thread may call this. */
    public long time() {
        return System.nanoTime();
    }

    long deadline(Duration delay) {
        boolean huge = delay.getSeconds() >= Poller.FOREVER / 1_000_000_000;
        return time() + (huge ? Poller.FOREVER : delay.isNegative() ? 0 : delay.toNanos());
    }

    /**
     * Runs a callback each time the loop finds that a non-blocking channel has input, or a
     * connection to accept, until {@link #removeReader}. Meanwhile no task may await input from the
     * channel.
     */
    public void addReader(SelectableChannel channel, Runnable callback) throws IOException {
        checkThread();
        int operation = channel.validOps() & Waiters.INPUT;
        watch(channel, operation, new Reader(Objects.requireNonNull(callback)));
    }

    void watch(SelectableChannel channel, int operation, Runnable waiter) throws IOException {
        poller.watch(channel, operation, waiter);
        if (observer != null) tell(new LoopStep.Waits(channel, operation, waiter));
    }

    void unwatch(SelectableChannel channel, int operation, Runnable waiter) {
        poller.unwatch(channel, operation, waiter);
        if (observer != null) tell(new LoopStep.WaitsNoMore(channel, operation));
    }

    /** Returns this loop's record of a channel; null if no task has waited for it. */
    Waiters waiters(SelectableChannel channel) {
        return poller.waiters(channel);
    }

    /** Returns the buffer for all reads, empty. */
    ByteBuffer readBuffer() {
        return poller.readBuffer();
    }

    /** The callback of a reader. Its type tells it from the callback of a task. */
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

    /** Undoes {@link #addReader}; does nothing if the channel has no reader. */
    public void removeReader(SelectableChannel channel) {
        checkThread();
        unwatch(channel, Waiters.INPUT, null);
    }

    /**
     * Closes a channel and wakes the tasks that wait for it: their {@code await} throws {@code
     * ClosedChannelException}. A reader of the channel is removed and not called again. Use this
     * and not {@code channel.close()}, which wakes no one: a task that waits for the channel would
     * wait forever, or until its timeout. From another thread: {@code callSoonThreadsafe(() ->
     * loop.closeChannel(channel))}. An error from the close itself is ignored, because there is
     * nothing that a caller could do about it.
     */
    public void closeChannel(SelectableChannel channel) {
        if (!closed) checkThread();
        for (Runnable waiter : poller.close(channel)) {
            if (!(waiter instanceof Reader)) addReady(waiter);
        }
    }

    /**
     * Makes a task of a coroutine's body. The body starts in a later turn.
     *
     * @param name the task's name, for reports and for its virtual thread
     */
    public <T> Task<T> createTask(String name, Callable<? extends T> body) {
        checkThread();
        Task<?> maker = Task.of(Coroutine.currentOrNull());
        var task = new Task<T>(this, ++tasksMade, maker, name, body);
        tasks.add(task);
        if (observer != null) tell(new LoopStep.TaskMade(task, maker));
        task.schedule();
        return task;
    }

    /** As {@link #createTask(String, Callable)}, for a body without a result. */
    public Task<Void> createTask(String name, Body body) {
        return createTask(name, body.asCallable());
    }

    /** The body of a coroutine without a result. */
    @FunctionalInterface
    public interface Body {
        /** Runs the coroutine to its end. It may await at any depth of calls. */
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
     * Returns a future of the results of several futures or tasks, in their order. It fails as soon
     * as the first of them fails, and the others go on. Cancelling it cancels them all.
     */
    public <T> Future<List<T>> gather(Collection<? extends Future<? extends T>> futures) {
        checkThread();
        return new Gather<T>(this, List.copyOf(futures));
    }

    /**
     * Runs something that blocks or computes on a platform thread of the library, and returns a
     * future of its result. Counterpart: {@code asyncio.to_thread}.
     */
    public <T> Future<T> runInExecutor(Callable<? extends T> blocking) {
        return runInExecutor(DefaultExecutor.THREAD_POOL, blocking);
    }

    /**
     * As {@link #runInExecutor(Callable)}, on a thread of {@code executor}. Give it virtual threads
     * only for work that waits, not for computations. If the future is cancelled before the work
     * has started, the work never starts; work that has started is not interrupted.
     */
    public <T> Future<T> runInExecutor(Executor executor, Callable<? extends T> blocking) {
        checkThread();
        var future = new Future<T>(this);
        executor.execute(() -> {
            if (future.isDone()) return; // cancelled before the work started
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
     * Runs the loop until {@link #stop} or {@link #close}, or until the calling thread is
     * interrupted, which closes the loop and leaves the interrupt status set. After a stop the loop
     * can run again. Call it on any thread that does not run a loop.
     */
    public void runForever() {
        if (currentOrNull() != null) {
            throw new IllegalStateException("this code runs on an event loop already");
        }
        join(start(true));
        // The interrupt may have come while the run was ending.
        if (closing || Thread.currentThread().isInterrupted()) close();
    }

    /**
     * Runs the loop as {@link #runForever} does, until the future is complete. Returns its result
     * or throws its failure.
     *
     * @throws InterruptedException if the calling thread is interrupted; the loop is closed then
     * @throws IllegalStateException if the loop is stopped before the future is complete
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

    /** As {@link #runUntilComplete(Future)}, for a new task with this body, named "main". */
    public <T> T runUntilComplete(Callable<? extends T> body) throws Exception {
        return runUntilComplete(this.<T>createTask("main", body));
    }

    /**
     * Ends the run after the current turn, or the next run after its first turn. Suspended tasks
     * stay suspended. Any thread may call it.
     */
    public void stop() {
        stopping = true;
        poller.wakeup();
    }

    /**
     * Cancels all tasks and runs the loop until their {@code finally} blocks are done, for 3
     * seconds at most; then closes the coroutines that are left. Closes all channels that tasks
     * have waited for, and reports the failures that nobody looked at. Any thread may call it, more
     * than once, and it returns when the loop is closed; called on the loop itself, it returns at
     * once.
     */
    @Override
    public void close() {
        closing = true;
        poller.wakeup();
        for (Thread runner; !isCurrent() && (runner = start(false)) != null; ) join(runner);
    }

    /** Returns whether the loop is running. Any thread may call this. */
    public boolean isRunning() {
        return thread != null;
    }

    /** Returns whether the loop is closed. Any thread may call this. */
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
            // Ctrl-C in JShell ends join() with an exception of a class that code cannot name.
            if (!ended) {
                interruptUnlessShuttingDown(runner);
                closing = true;
                poller.wakeup(); // the interrupted code may have caught the interrupt
                try {
                    runner.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Interrupts the code that runs now, but not the finally blocks of cancelled tasks. */
    private synchronized void interruptUnlessShuttingDown(Thread runner) {
        if (!shuttingDown) runner.interrupt();
    }

    private void run() {
        LOOP_OF_THREAD.set(this);
        RUNNING.add(this);
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
        RUNNING.remove(this);
        thread = null;
    }

    private void shutDown() {
        synchronized (this) {
            shuttingDown = true;
            Thread.interrupted();
        }
        try {
            for (Task<?> task : tasks()) run(task::cancel);
            long end = time() + CLOSE_NANOS;
            while (!tasks.isEmpty() && end - time() > 0) turn(end - time());
        } catch (Throwable t) {
            callExceptionHandler("the loop failed while closing", t);
        } finally {
            // A task outlives those that it started in a group, so the youngest go first.
            tasks().reversed().forEach(Task::kill);
            poller.close();
        }
        closed = true;
        ready.clear();
        incoming.clear();
        List.copyOf(unobserved).forEach(UnobservedFailure::end);
    }

    // ---- A turn

    private void turn(long patience) throws IOException {
        takeIncoming();
        if (ready.isEmpty() || callbacksSincePoll >= CALLBACKS_PER_POLL) {
            callbacksSincePoll = 0;
            poll(patience);
            takeIncoming();
        }
        timers.moveDue(addReady);
        int count = Math.min(ready.size(), CALLBACKS_PER_TURN);
        callbacksSincePoll += count;
        for (int i = 0; i < count; i++) run(ready.poll());
    }

    private void takeIncoming() {
        Runnable callback;
        for (int i = 0; i < CALLBACKS_PER_TURN && (callback = incoming.poll()) != null; i++) {
            addReady(callback);
        }
    }

    private void poll(long patience) throws IOException {
        long nanos = 0;
        selecting = true;
        // From here on a thread that adds to incoming also wakes the poller.
        if (ready.isEmpty() && incoming.isEmpty()) {
            nanos = timers.untilFirst(patience);
        }
        if (observer != null) tell(new LoopStep.SelectBegun(Math.max(nanos, 0)));
        poller.select(nanos);
        selecting = false;
        if (nanos > 0) lastWakeUp = time();
        if (observer != null) tell(new LoopStep.SelectEnded());
    }

    private void runWaiter(SelectionKey key, Runnable waiter) {
        if (observer != null)
            tell(new LoopStep.ChannelReady(key.channel(), key.readyOps(), waiter));
        run(waiter);
    }

    /** Runs a callback and reports its failure, which ends nothing else. */
    void run(Runnable callback) {
        long start = slowNanos == Long.MAX_VALUE ? 0 : time();
        if (observer != null) tell(new LoopStep.CallbackBegun(callback));
        try {
            callback.run();
        } catch (Throwable t) {
            callExceptionHandler(Report.name(callback) + " failed", t);
        }
        if (observer != null) tell(new LoopStep.CallbackEnded(callback));
        if (start != 0 && time() - start >= slowNanos) {
            long millis = (time() - start) / 1_000_000;
            callExceptionHandler(
                    Report.name(callback) + " kept the loop for " + millis + " ms", null);
        }
    }

    // ---- Observation

    Thread thread() {
        return thread;
    }

    int readyCallbacks() {
        return ready.size();
    }

    int pendingTimers() {
        return timers.size();
    }

    /**
     * Sets who is told of each step from now on; null for nobody, which costs nothing. An observer
     * that fails is reported to the exception handler and dropped.
     */
    public void setObserver(Consumer<LoopStep> observer) {
        checkThread();
        this.observer = observer;
    }

    boolean isObserved() {
        return observer != null;
    }

    /** Tells the observer of a step. For the loop's thread, while the loop is observed. */
    void tell(LoopStep step) {
        try {
            observer.accept(step);
        } catch (Throwable t) {
            observer = null;
            callExceptionHandler("the loop's observer failed, and is dropped", t);
        }
    }

    /** Returns when the loop's last wait for channels and timers ended, by {@link #time}. */
    long lastWakeUp() {
        return lastWakeUp;
    }

    // ---- Trouble

    /**
     * Sets the handler for failures that nobody catches. It gets a message that names the task or
     * callback, and the exception (null for a slow callback). It is called on the loop, or on the
     * thread of {@link Cleaner}. By default failures are printed on standard error. Any thread may
     * call this method.
     */
    public void setExceptionHandler(BiConsumer<String, Throwable> handler) {
        exceptionHandler = Objects.requireNonNull(handler);
    }

    /**
     * Reports callbacks and steps of tasks that keep the loop for {@code threshold} or longer;
     * null, the default, reports none. Any thread may call it. Counterpart: asyncio's {@code
     * slow_callback_duration}, which is 100 ms.
     */
    public void reportSlowCallbacks(Duration threshold) {
        slowNanos = threshold == null ? Long.MAX_VALUE : threshold.toNanos();
    }

    /** Passes a failure to the exception handler. Any thread may call it. */
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

//SOURCES CancelledError.java
//SOURCES Coroutine.java
//SOURCES Event.java
//SOURCES Future.java
//SOURCES LoopEvents.java
//SOURCES Task.java
//SOURCES TimerHandle.java
//SOURCES UnobservedFailure.java
package aio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Runs many coroutines, one at a time: the ready ones in turn, each until it waits for something,
 * and when none is ready, waits for channels, timers and other threads. Counterparts: asyncio's
 * event loop, Tornado's {@code IOLoop}.
 *
 * <pre>
 *   callSoon, task steps ------------------+
 *   callSoonThreadsafe --> [incoming] --+  |
 *   callLater, callAt ---> [timers]  --+|  |
 *   await --> [selector] --------------+v  v
 *                                    [ ready ] --> run, until it suspends --+
 *                                        ^---------------------------------+
 * </pre>
 *
 * One turn of the loop ({@link #turn}) runs the callbacks that were ready when it began; what they
 * add is for the next turn. The selector is looked at when nothing is ready, and after {@value
 * #CALLBACKS_PER_POLL} callbacks at the latest in small turns; a turn takes at most {@value
 * #CALLBACKS_PER_TURN}: so neither callbacks nor channels can starve the other.
 *
 * <p>The loop runs on a virtual thread of its own, because handing over to a coroutine is then some
 * fifty times cheaper than from a platform thread. Methods are to be called on the loop, that is in
 * its callbacks and coroutines, or while it does not run; exceptions to this rule say so.
 */
public final class EventLoop implements AutoCloseable {
    /** How much a {@link ReadEvent} reads at most. */
    public static final int READ_BUFFER_BYTES = 64 * 1024;

    private static final int CALLBACKS_PER_TURN = 512;
    private static final int CALLBACKS_PER_POLL = 61;
    private static final long FOREVER = Long.MAX_VALUE / 2;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** How often an idle loop with channels looks whether another thread has closed one. */
    private static final long IDLE_CHECK_NANOS = 1000 * NANOS_PER_MILLI;

    /** How long a channel that was closed may go unnoticed by its waiter. */
    private static final long SWEEP_NANOS = 10 * NANOS_PER_MILLI;

    /** How long cancelled tasks may take to end before the closing loop ends them. */
    private static final long CLOSE_NANOS = 3000 * NANOS_PER_MILLI;

    private static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    /** The loop whose own thread this is. */
    private static final ThreadLocal<EventLoop> LOOP = new ThreadLocal<>();

    /** Steps and callbacks to run, in order. */
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();

    /** What other threads want to run; every turn moves it to {@link #ready}. */
    private final Queue<Runnable> incoming = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<TimerHandle> timers = new PriorityQueue<>();
    private final Selector selector;
    private final Consumer<SelectionKey> onReady = this::onReady;

    /** All tasks that have not ended, oldest first. */
    private final Set<Task<?>> tasks = new LinkedHashSet<>();

    /** Failures to report when the loop closes; entered by any thread that fails a future. */
    final Set<UnobservedFailure> unobserved = ConcurrentHashMap.newKeySet();

    /** The task whose step runs or ran last: names it when it was slow. */
    Task<?> stepping;

    /** Read by other threads: whether adding to {@link #incoming} needs a wake-up. */
    private volatile boolean selecting;

    // The life of the loop: written by any thread.
    private volatile Thread thread;
    private volatile boolean stopping;
    private volatile boolean closing;
    private volatile boolean closed;

    private volatile BiConsumer<String, Throwable> exceptionHandler = EventLoop::log;
    private volatile long slowNanos = Long.MAX_VALUE;

    private long timersMade;
    private int timersCancelled;
    private int tasksMade;
    private int callbacksSincePoll;
    private int keysKnown;
    private int closedUnswept;
    private long sweptAt;
    private ByteBuffer readBuffer;

    /** Who waits for a channel: the attachment of its key. */
    private static final class Waiters {
        Task<?> input;
        Task<?> output;

        /** The last read emptied the channel, and nothing was reported since. */
        boolean drained;
    }

    /** Makes a loop that does not run yet. */
    public EventLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- inside a coroutine ----

    /**
     * Suspends the calling coroutine until the event has happened; not at all if it has already.
     *
     * @param <T> what the event gives
     * @param event what to wait for
     * @return what its operation gave
     * @throws IOException if its operation failed
     */
    public static <T> T await(Event<T> event) throws IOException {
        beforeAwait();
        T value;
        while ((value = event.poll()) == null) {
            Coroutine.yield(event);
        }
        return value;
    }

    /**
     * Suspends the calling coroutine until the future (or task) is complete.
     *
     * @param <T> the type of the result
     * @param future what to wait for
     * @return its result
     * @throws Exception its failure, as it was thrown; {@link CancelledError} if it was cancelled
     */
    public static <T> T await(Future<T> future) throws Exception {
        beforeAwait();
        while (!future.isDone()) {
            Coroutine.yield(future);
        }
        return future.result();
    }

    /**
     * As {@link #await(Event)}, for a limited time; only inside a task.
     *
     * @param <T> what the event gives
     * @param event what to wait for
     * @param timeout how long
     * @return what its operation gave
     * @throws IOException if its operation failed
     * @throws TimeoutException if the time is over and the event has not happened
     */
    public static <T> T waitFor(Event<T> event, Duration timeout)
            throws IOException, TimeoutException {
        beforeAwait();
        T value = event.poll();
        if (value != null) {
            return value;
        }
        Task<?> task = Task.current();
        TimerHandle timer = task.loop.callLater(timeout, task::wake);
        try {
            do {
                if (!timer.isPending()) {
                    throw new TimeoutException(event + " took longer than " + timeout);
                }
                Coroutine.yield(event);
            } while ((value = event.poll()) == null);
            return value;
        } finally {
            timer.cancel();
        }
    }

    /**
     * As {@link #await(Future)}, for a limited time; then the future is cancelled, and this waits
     * until that has taken effect. Only inside a task. Counterpart: {@code asyncio.wait_for}.
     *
     * @param <T> the type of the result
     * @param future what to wait for
     * @param timeout how long
     * @return its result
     * @throws TimeoutException if the time is over
     * @throws Exception the future's failure
     */
    public static <T> T waitFor(Future<T> future, Duration timeout) throws Exception {
        Task<?> task = Task.current();
        TimerHandle timer = task.loop.callLater(timeout, future::cancel);
        try {
            return await(future);
        } catch (CancelledError e) {
            if (!timer.isPending() && future.isCancelled()) {
                throw new TimeoutException(future + " took longer than " + timeout);
            }
            throw e;
        } finally {
            timer.cancel();
        }
    }

    private static void beforeAwait() {
        Task<?> task = Coroutine.current().task;
        if (task != null) {
            task.pauseAfterStreak();
        }
    }

    /**
     * Returns the loop that runs the calling callback or coroutine. Counterpart: {@code
     * asyncio.get_running_loop}.
     *
     * @throws IllegalStateException if none does
     */
    public static EventLoop current() {
        EventLoop loop = currentOrNull();
        if (loop == null) {
            throw new IllegalStateException("not on an event loop");
        }
        return loop;
    }

    static EventLoop currentOrNull() {
        Coroutine<?> coroutine = Coroutine.currentOrNull();
        return coroutine != null && coroutine.task != null ? coroutine.task.loop : LOOP.get();
    }

    /** Whether the calling thread runs a callback or a coroutine of this loop. */
    boolean isCurrent() {
        return Thread.currentThread() == thread || currentOrNull() == this;
    }

    // ---- work to do ----

    /**
     * Runs a callback in the next turn, after those that were added before. Counterpart: {@code
     * call_soon}.
     *
     * @param callback what to run; if it throws, that is reported, and the loop goes on
     * @throws IllegalStateException if the loop is closed, or runs in another thread
     */
    public void callSoon(Runnable callback) {
        checkThread();
        ready.add(Objects.requireNonNull(callback));
    }

    /**
     * Runs a callback in the next turn, and wakes the loop for it. Any thread may call it; once the
     * loop is closed it does nothing. Counterpart: {@code call_soon_threadsafe}.
     *
     * @param callback as for {@link #callSoon}
     */
    public void callSoonThreadsafe(Runnable callback) {
        Objects.requireNonNull(callback);
        if (!closed) {
            incoming.add(callback);
            if (selecting) {
                selector.wakeup();
            }
        }
    }

    /**
     * Runs a callback after a delay. Counterpart: {@code call_later}.
     *
     * @param delay how long from now; negative is now, and any length is allowed
     * @param callback as for {@link #callSoon}
     * @return what cancels it
     */
    public TimerHandle callLater(Duration delay, Runnable callback) {
        long nanos = delay.getSeconds() < FOREVER / 1_000_000_000 ? delay.toNanos() : FOREVER;
        return callAt(time() + Math.max(nanos, 0), callback);
    }

    /**
     * Runs a callback at a time; of equal times, in the order of the calls. Counterpart: {@code
     * call_at}.
     *
     * @param when nanoseconds on the scale of {@link #time}
     * @param callback as for {@link #callSoon}
     * @return what cancels it
     */
    public TimerHandle callAt(long when, Runnable callback) {
        checkThread();
        Objects.requireNonNull(callback);
        var timer = new TimerHandle(this, when, timersMade++, callback);
        timers.add(timer);
        return timer;
    }

    /** Returns the loop's clock: {@link System#nanoTime}. Any thread may call it. */
    public long time() {
        return System.nanoTime();
    }

    /**
     * Makes a task of a coroutine; it begins in the next turn. Counterpart: {@code create_task}.
     *
     * @param <T> the type of its result
     * @param name what reports and recordings call it
     * @param body the coroutine; it may {@code await} at any depth
     * @return the task, a future of the body's result
     */
    public <T> Task<T> createTask(String name, Callable<? extends T> body) {
        checkThread();
        var task = new Task<T>(this, name, body);
        tasks.add(task);
        LoopEvents.started(task);
        task.schedule();
        return task;
    }

    /**
     * As {@link #createTask(String, Callable)}, named {@code Task-1} and so on.
     *
     * @param <T> the type of its result
     * @param body the coroutine
     * @return the task
     */
    public <T> Task<T> createTask(Callable<? extends T> body) {
        return createTask("Task-" + ++tasksMade, body);
    }

    /**
     * As {@link #createTask(String, Callable)}, for a body without a result.
     *
     * @param name what reports and recordings call it
     * @param body the coroutine
     * @return the task; its result is null
     */
    public Task<Void> createTask(String name, Body body) {
        return createTask(
                name,
                () -> {
                    body.run();
                    return null;
                });
    }

    /** A coroutine's body without a result. */
    @FunctionalInterface
    public interface Body {
        /** Runs the coroutine. */
        void run() throws Exception;
    }

    /** Returns the tasks that have not ended, oldest first. Counterpart: {@code all_tasks}. */
    public List<Task<?>> tasks() {
        return List.copyOf(tasks);
    }

    /**
     * Waits for all of several futures (or tasks). The first failure fails the whole at once, and
     * the others go on; cancelling the whole cancels them all. Counterpart: {@code gather}.
     *
     * @param <T> the type of the results
     * @param futures what to wait for
     * @return a future of the results, in the order of {@code futures}
     */
    public <T> Future<List<T>> gather(Collection<? extends Future<? extends T>> futures) {
        List<Future<? extends T>> parts = List.copyOf(futures);
        var whole =
                new Future<List<T>>(this) {
                    private int pending = parts.size();

                    @Override
                    public boolean cancel() {
                        parts.forEach(Future::cancel);
                        return super.cancel();
                    }

                    void partDone(Future<?> part) {
                        try {
                            Throwable failure = part.exception();
                            if (failure != null) {
                                settle(null, failure);
                            } else if (--pending == 0) {
                                var results = new ArrayList<T>(parts.size());
                                for (Future<? extends T> each : parts) {
                                    results.add(each.result());
                                }
                                settle(results, null);
                            }
                        } catch (Exception | CancelledError e) {
                            settle(null, e);
                        }
                    }
                };
        parts.forEach(part -> part.addDoneCallback(whole::partDone));
        if (parts.isEmpty()) {
            whole.setResult(List.of());
        }
        return whole;
    }

    /**
     * Runs in another thread what would block this one. Counterpart: {@code run_in_executor}.
     *
     * @param <T> the type of the result
     * @param executor where to run it
     * @param blocking what to run; cancelling the future does not end it
     * @return a future of its result
     */
    public <T> Future<T> runInExecutor(Executor executor, Callable<? extends T> blocking) {
        var future = new Future<T>(this);
        executor.execute(
                () -> {
                    try {
                        future.settle(blocking.call(), null);
                    } catch (Throwable t) {
                        future.settle(null, t);
                    }
                });
        return future;
    }

    // ---- running ----

    /**
     * Runs the loop until {@link #stop}, {@link #close} or an interrupt; may be called again after
     * a stop, from any thread that is not on a loop. The caller waits; if it is interrupted the
     * loop closes, and this returns with the interrupt status set. Counterpart: {@code
     * run_forever}.
     *
     * @throws IllegalStateException if the loop runs already or is closed
     */
    public void runForever() {
        if (currentOrNull() != null) {
            throw new IllegalStateException("an event loop runs in this thread");
        }
        join(start(true));
    }

    /**
     * Runs the loop until a future (or task) is complete. Counterpart: {@code run_until_complete}.
     *
     * @param <T> the type of the result
     * @param future what to wait for
     * @return its result
     * @throws InterruptedException if the caller was interrupted; the loop is closed then
     * @throws IllegalStateException if the loop was stopped before, and as {@link #runForever}
     * @throws Exception the future's failure
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
            throw new InterruptedException("interrupted while the loop ran");
        }
        if (!future.isDone()) {
            throw new IllegalStateException("the loop was stopped before " + future + " was done");
        }
        return future.result();
    }

    /**
     * Runs a coroutine as a task until it ends. Counterpart: {@code run_until_complete}.
     *
     * @param <T> the type of the result
     * @param body the coroutine
     * @return its result
     * @throws Exception as {@link #runUntilComplete(Future)}
     */
    public <T> T runUntilComplete(Callable<? extends T> body) throws Exception {
        return runUntilComplete(this.<T>createTask(body));
    }

    /**
     * Has {@link #runForever} return after the present turn; if the loop does not run, its next run
     * is one turn long. What is suspended stays so. Any thread may call it. Counterpart: {@code
     * stop}.
     */
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    /**
     * Ends everything: cancels all tasks, runs the loop until their {@code finally} blocks are
     * through (after 3 seconds they may await no more), closes every channel that was ever waited
     * for on this loop and is open, and reports the failures nobody looked at. Any thread may call
     * it, and waits for the end; on the loop itself it returns at once, and the loop closes after
     * the present turn. A second call does nothing. Counterpart: {@code close}.
     */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        while (!closed && !isCurrent()) {
            join(start(false));
        }
    }

    /** Returns whether the loop runs. Any thread may call it. */
    public boolean isRunning() {
        return thread != null;
    }

    /** Returns whether the loop is closed. Any thread may call it. */
    public boolean isClosed() {
        return closed;
    }

    private synchronized Thread start(boolean mustBeNew) {
        Thread running = thread;
        if (mustBeNew && (closed || running != null)) {
            throw new IllegalStateException(closed ? "the loop is closed" : "the loop runs already");
        }
        if (running == null) {
            running = Thread.ofVirtual().name("event-loop").unstarted(this::run);
            thread = running;
            running.start();
        }
        return running;
    }

    private void join(Thread running) {
        boolean interrupted = false;
        boolean ended = false;
        try {
            running.join();
            ended = true;
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            // Not only after an interrupt: Ctrl-C in JShell ends join() with an exception that
            // nothing declares.
            if (!ended) {
                closing = true;
                running.interrupt();
                try {
                    running.join();
                } catch (InterruptedException secondTime) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        LOOP.set(this);
        try {
            while (!closing) {
                turn(FOREVER);
                if (stopping) {
                    break;
                }
                if (Thread.interrupted()) {
                    closing = true;
                }
            }
        } catch (Throwable t) {
            closing = true;
            report("the loop failed and closes", t);
        }
        try {
            if (closing) {
                shutDown();
            }
        } finally {
            stopping = false;
            thread = null;
        }
    }

    // ---- one turn ----

    private void turn(long patience) throws IOException {
        takeIncoming();
        if (ready.isEmpty() || callbacksSincePoll >= CALLBACKS_PER_POLL) {
            callbacksSincePoll = 0;
            poll(patience);
            takeIncoming();
        }
        if (!timers.isEmpty()) {
            takeDueTimers();
        }
        int count = Math.min(ready.size(), CALLBACKS_PER_TURN);
        callbacksSincePoll += count;
        for (int i = 0; i < count; i++) {
            run(ready.poll());
        }
    }

    private void takeIncoming() {
        Runnable callback;
        for (int i = 0; i < CALLBACKS_PER_TURN && (callback = incoming.poll()) != null; i++) {
            ready.add(callback);
        }
    }

    private void takeDueTimers() {
        long now = time();
        TimerHandle timer;
        while ((timer = timers.peek()) != null && timer.when() - now <= 0) {
            timers.poll();
            ready.add(timer::run);
        }
    }

    private void run(Runnable callback) {
        long start = slowNanos == Long.MAX_VALUE ? 0 : time();
        stepping = null;
        try {
            callback.run();
        } catch (Throwable t) {
            report("callback " + callback + " failed", t);
        }
        if (start != 0 && time() - start >= slowNanos) {
            Object what = stepping == null ? "callback " + callback : stepping;
            long millis = (time() - start) / NANOS_PER_MILLI;
            report(what + " kept the loop for " + millis + " ms", null);
        }
    }

    /** Looks which channels are ready; waits for one, if nothing else is to be done. */
    private void poll(long patience) throws IOException {
        long nanos = ready.isEmpty() && !stopping ? patience : 0;
        if (nanos > 0 && !timers.isEmpty()) {
            nanos = Math.min(nanos, timers.peek().when() - time());
        }
        if (keysKnown > 0) {
            nanos = Math.min(nanos, closedUnswept > 0 ? SWEEP_NANOS : IDLE_CHECK_NANOS);
        }
        selecting = true;
        // After selecting is visible: whoever adds to incoming from here on wakes the selector.
        if (nanos <= 0 || !incoming.isEmpty() || stopping) {
            selecting = false;
            selector.selectNow(onReady);
        } else {
            LoopEvents.Select event = LoopEvents.selecting();
            int count = selector.select(onReady, (nanos - 1) / NANOS_PER_MILLI + 1);
            selecting = false;
            if (event != null) {
                event.ready = count;
                event.commit();
            }
        }
        noticeClosedChannels();
    }

    // ---- channels ----

    /** Registers the task as the one that waits for this operation of this channel. */
    void watch(SelectableChannel channel, int operation, Task<?> task) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            key = channel.register(selector, operation, new Waiters());
            keysKnown++;
        }
        Waiters waiters = (Waiters) key.attachment();
        boolean input = (operation & INPUT) != 0;
        Task<?> other = input ? waiters.input : waiters.output;
        if (other != null) {
            throw new IllegalStateException(
                    other + " waits already for " + (input ? "input" : "output") + ": " + channel);
        }
        try {
            if ((key.interestOps() & operation) == 0) {
                key.interestOpsOr(operation);
            }
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
        if (input) {
            waiters.input = task;
        } else {
            waiters.output = task;
        }
    }

    /**
     * Forgets the waiting task. Interest in input stays, since most coroutines read again soon, and
     * a change costs a system call; if it turns out unwanted, {@link #onReady} ends it.
     */
    void unwatch(SelectableChannel channel, int operation) {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            return;
        }
        Waiters waiters = (Waiters) key.attachment();
        if ((operation & INPUT) != 0) {
            waiters.input = null;
        } else {
            waiters.output = null;
            if (key.isValid()) {
                key.interestOpsAnd(~operation);
            }
        }
    }

    private void onReady(SelectionKey key) {
        Waiters waiters = (Waiters) key.attachment();
        try {
            int operations = key.readyOps();
            int unwanted = 0;
            if ((operations & INPUT) != 0) {
                waiters.drained = false;
                if (waiters.input != null) {
                    waiters.input.schedule();
                } else {
                    unwanted |= INPUT;
                }
            }
            if ((operations & ~INPUT) != 0) {
                if (waiters.output != null) {
                    waiters.output.schedule();
                } else {
                    unwanted |= ~INPUT;
                }
            }
            if (unwanted != 0) {
                key.interestOpsAnd(~unwanted);
            }
        } catch (CancelledKeyException e) {
            // another thread has just closed the channel: its waiters are woken by the sweep
        }
    }

    /**
     * Reads, unless the last read has emptied the channel and the selector has said nothing since:
     * that saves a system call for every request.
     */
    static int read(ReadableByteChannel source, SelectableChannel channel, ByteBuffer buffer)
            throws IOException {
        EventLoop loop = currentOrNull();
        SelectionKey key = loop == null ? null : channel.keyFor(loop.selector);
        if (key == null) {
            return source.read(buffer);
        }
        Waiters waiters = (Waiters) key.attachment();
        if (waiters.drained && channel.isOpen()) {
            return 0;
        }
        int count = source.read(buffer);
        waiters.drained = count >= 0 && buffer.hasRemaining();
        return count;
    }

    /** A buffer for one read, shared by all coroutines of the loop. */
    static ByteBuffer readBuffer(int limit) {
        int size = Math.min(limit, READ_BUFFER_BYTES);
        EventLoop loop = currentOrNull();
        if (loop == null) {
            return ByteBuffer.allocate(size);
        }
        if (loop.readBuffer == null) {
            loop.readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
        }
        return loop.readBuffer.clear().limit(size);
    }

    /**
     * A selector forgets closed channels in silence, but it has fewer keys then. Looking through
     * all tasks for those that wait for one is put off until it is cheap in proportion.
     */
    private void noticeClosedChannels() {
        int keys = selector.keys().size();
        closedUnswept += keysKnown - keys;
        keysKnown = keys;
        if (closedUnswept == 0) {
            return;
        }
        long now = time();
        if (closedUnswept * 16 >= tasks.size() || now - sweptAt >= SWEEP_NANOS) {
            closedUnswept = 0;
            sweptAt = now;
            for (Task<?> task : tasks) {
                if (task.waitsForClosedChannel()) {
                    task.schedule();
                }
            }
        }
    }

    // ---- what tasks, timers and futures tell the loop ----

    void ready(Runnable step) {
        ready.add(step);
    }

    void ended(Task<?> task) {
        tasks.remove(task);
    }

    /** Runs a callback in the next turn, from whatever thread; never, if the loop is closed. */
    void post(Runnable callback) {
        if (isCurrent()) {
            ready.add(callback);
        } else {
            callSoonThreadsafe(callback);
        }
    }

    /** Cancelled timers stay in the heap until they are due, or until they are the majority. */
    void timerCancelled() {
        if (++timersCancelled > 100 && timersCancelled > timers.size() / 2) {
            timers.removeIf(timer -> !timer.isPending());
            timersCancelled = 0;
        }
    }

    private void checkThread() {
        if (closed) {
            throw new IllegalStateException("the loop is closed");
        }
        if (thread != null && !isCurrent()) {
            throw new IllegalStateException(
                    "the loop runs in another thread: use callSoonThreadsafe to get there");
        }
    }

    // ---- trouble ----

    /**
     * Sets who is told of failures that nobody catches: a message that names the task or callback,
     * and the exception, or null for a slow callback. It is called on the loop, or by the garbage
     * collector's cleaner. The default writes to the {@link System.Logger} {@code aio}. Any thread
     * may call it. Counterpart: {@code set_exception_handler}.
     *
     * @param handler whom to tell
     */
    public void setExceptionHandler(BiConsumer<String, Throwable> handler) {
        exceptionHandler = Objects.requireNonNull(handler);
    }

    /**
     * Reports callbacks and steps of tasks that keep the loop for long. Off at first. Any thread
     * may call it. Counterpart: {@code slow_callback_duration} in asyncio's debug mode, where it is
     * 100 ms.
     *
     * @param threshold what counts as long; null ends the reports
     */
    public void reportSlowCallbacks(Duration threshold) {
        slowNanos = threshold == null ? Long.MAX_VALUE : threshold.toNanos();
    }

    void report(String message, Throwable error) {
        try {
            exceptionHandler.accept(message, error);
        } catch (Throwable t) {
            log("the exception handler failed", t);
            log(message, error);
        }
    }

    static void report(EventLoop loop, String message, Throwable error) {
        if (loop == null) {
            log(message, error);
        } else {
            loop.report(message, error);
        }
    }

    private static void log(String message, Throwable error) {
        System.getLogger("aio").log(System.Logger.Level.ERROR, message, error);
    }

    // ---- the end ----

    private void shutDown() {
        try {
            tasks().forEach(Task::cancel);
            long end = time() + CLOSE_NANOS;
            while (!tasks.isEmpty() && end - time() > 0 && !Thread.interrupted()) {
                stopping = false;
                turn(end - time());
            }
            tasks().forEach(Task::kill);
        } catch (Throwable t) {
            report("the loop failed while closing", t);
        } finally {
            closed = true;
            for (SelectionKey key : List.copyOf(selector.keys())) {
                closeQuietly(key.channel());
            }
            closeQuietly(selector);
            ready.clear();
            timers.clear();
            incoming.clear();
            List.copyOf(unobserved).forEach(UnobservedFailure::reportNow);
        }
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            report("closing " + resource + " failed", e);
        }
    }
}

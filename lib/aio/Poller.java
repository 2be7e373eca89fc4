//SOURCES Alarm.java FirstWait.java Waiters.java
package aio;

import module java.base;

/**
 * The loop's selector and the waiters of each channel. A channel is registered once. Interest in
 * input stays set when nobody waits, because most coroutines soon read again and every change is a
 * system call; it ends when the selector reports input that nobody waits for.
 */
final class Poller {
    static final int READ_BUFFER_BYTES = 64 * 1024;

    /** Longer than any wait, in nanoseconds, and small enough to be added to a time. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    private final BiConsumer<SelectionKey, Runnable> runner;
    private final Selector selector;
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final Alarm alarm;

    /** Shared by all reads: each coroutine takes its bytes out before it waits again. */
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    /** Makes a poller that passes ready keys and their waiters to {@code runner}. */
    Poller(BiConsumer<SelectionKey, Runnable> runner) {
        this.runner = runner;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        alarm = new Alarm(selector::wakeup);
        FirstWait.ensure(selector);
    }

    /** Runs the waiters of ready channels; waits up to so many nanoseconds for the first. */
    void select(long nanos) throws IOException {
        if (nanos <= 0) {
            selector.selectNow(onReady);
        } else {
            // select with a timeout parks this virtual thread with a timeout, which costs more.
            if (nanos < FOREVER) alarm.setWithin(nanos);
            selector.select(onReady);
        }
    }

    /** Ends a wait in {@link #select}, or the next one; any thread may call it. */
    void wakeup() {
        selector.wakeup();
    }

    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** Cancels the alarm while the loop is not running, so that the loop can be collected. */
    void rest() {
        alarm.cancel();
    }

    /** Closes the selector and every channel it knows. */
    void close() {
        alarm.cancel();
        for (SelectionKey key : selector.keys()) closeQuietly(key.channel());
        closeQuietly(selector);
    }

    /** Closes a channel, removes its waiters and returns them. */
    List<Runnable> close(SelectableChannel channel) {
        Waiters waiters = selector.isOpen() ? waiters(channel) : null;
        closeQuietly(channel);
        return waiters == null ? List.of() : waiters.removeAll();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // The channel or selector is closed in spite of the exception.
        }
    }

    /** Runs {@code waiter} whenever the channel is ready; one waiter for input, one for output. */
    void watch(SelectableChannel channel, int operation, Runnable waiter) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) key = channel.register(selector, operation, new Waiters());
        Waiters waiters = (Waiters) key.attachment();
        Runnable other = waiters.of(operation);
        if (other != null) throw new IllegalStateException(other + " waits already for " + channel);
        try {
            if ((key.interestOps() & operation) == 0) key.interestOpsOr(operation);
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
        waiters.set(operation, waiter);
    }

    /** Undoes {@link #watch} for this waiter, or for any waiter if it is null. */
    void unwatch(SelectableChannel channel, int operation, Runnable waiter) {
        Waiters waiters = waiters(channel);
        Runnable present = waiters == null ? null : waiters.of(operation);
        if (present == null || (waiter != null && waiter != present)) return;
        waiters.set(operation, null);
        if ((operation & Waiters.INPUT) == 0) removeInterest(channel.keyFor(selector), operation);
    }

    /** Returns the waiters of a channel; null if no one has ever waited for it. */
    Waiters waiters(SelectableChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        return key == null ? null : (Waiters) key.attachment();
    }

    private void onReady(SelectionKey key) {
        Waiters waiters = (Waiters) key.attachment();
        int operations = key.isValid() ? key.readyOps() : 0;
        if ((operations & Waiters.INPUT) != 0) {
            waiters.drained = false;
            wake(waiters, key, Waiters.INPUT);
        }
        if ((operations & ~Waiters.INPUT) != 0) wake(waiters, key, ~Waiters.INPUT);
    }

    private void wake(Waiters waiters, SelectionKey key, int operations) {
        Runnable waiter = waiters.of(operations);
        if (waiter != null) runner.accept(key, waiter);
        else removeInterest(key, operations);
    }

    private static void removeInterest(SelectionKey key, int operations) {
        try {
            key.interestOpsAnd(~operations);
        } catch (CancelledKeyException e) {
            // closed: there is no interest left
        }
    }
}

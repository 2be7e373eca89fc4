//SOURCES EventLoop.java
package aio;

import module java.base;

/**
 * The loop's selector, and who waits for which channel. A channel is registered once. Interest in
 * input stays when nobody waits, since most coroutines soon read again and a change costs a system
 * call; only when it proves unwanted it ends.
 */
final class Poller {
    static final int READ_BUFFER_BYTES = 64 * 1024;

    static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    /** How often an idle loop looks whether another thread has closed a channel. */
    private static final long IDLE_NANOS = 1_000_000_000;

    /** How long a channel that was closed on the loop may go unnoticed by its waiter. */
    private static final long SWEEP_NANOS = 10_000_000;

    /** See {@link #waitOnce}; once is enough for all loops of a JVM. */
    private static volatile boolean waited;

    private final EventLoop loop;
    private final Selector selector;
    private final Consumer<SelectionKey> onReady = this::onReady;

    /** All that were registered and not yet found closed. */
    private final Set<SelectionKey> known = new HashSet<>();

    private long sweptAt;

    /** Ends a wait in time. */
    private ScheduledFuture<?> alarm;

    private long alarmAt = System.nanoTime();

    /** For reads of all the loop's coroutines: each takes out what it got before it waits again. */
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    /** The attachment of a key. */
    static final class Waiters {
        private Runnable input;
        private Runnable output;

        /** The last read emptied the channel, and the selector has said nothing since. */
        boolean drained;
    }

    Poller(EventLoop loop) {
        this.loop = loop;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!waited) waitOnce();
    }

    /**
     * The JDK waits for virtual threads with file descriptors of its own, opened when the first of
     * them waits. With none left at that moment no virtual thread could ever wait: so it is now.
     */
    private void waitOnce() {
        CompletableFuture.supplyAsync(this::waitForNothing, Thread::startVirtualThread).join();
        waited = true;
    }

    private int waitForNothing() {
        try {
            return selector.select(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the waiters of channels that are ready; waits for one so many nanoseconds at most. */
    void select(long nanos) throws IOException {
        if (nanos <= 0) {
            selector.selectNow(onReady);
        } else {
            long longest = unswept() > 0 ? SWEEP_NANOS : known.isEmpty() ? nanos : IDLE_NANOS;
            wakeWithin(Math.min(nanos, longest));
            selector.select(onReady);
        }
        if (unswept() > 0) wakeWaitersOfClosed();
    }

    /**
     * A select with a timeout parks a virtual thread with one, and the JDK has another thread watch
     * the time: that costs more than the wait. So one alarm serves many waits.
     */
    private void wakeWithin(long nanos) {
        long now = System.nanoTime();
        if (alarmAt - now > 0 && alarmAt - now <= nanos) return;
        if (alarm != null) alarm.cancel(false);
        alarm = ForkJoinPool.commonPool().schedule(selector::wakeup, nanos, TimeUnit.NANOSECONDS);
        alarmAt = now + nanos;
    }

    /** Ends a wait in {@link #select}, or the next one; any thread may call it. */
    void wakeup() {
        selector.wakeup();
    }

    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** Closes the selector and every channel it knows. */
    void close() throws IOException {
        if (alarm != null) alarm.cancel(false);
        for (SelectionKey key : selector.keys()) key.channel().close();
        selector.close();
    }

    /**
     * Runs {@code waiter} whenever the channel is ready: one may wait for input, one for output.
     */
    void watch(SelectableChannel channel, int operation, Runnable waiter) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            key = channel.register(selector, operation, new Waiters());
            known.add(key);
        }
        Waiters waiters = (Waiters) key.attachment();
        boolean input = (operation & INPUT) != 0;
        Runnable other = input ? waiters.input : waiters.output;
        if (other != null) throw new IllegalStateException(other + " waits already: " + channel);
        try {
            if ((key.interestOps() & operation) == 0) key.interestOpsOr(operation);
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
        if (input) waiters.input = waiter;
        else waiters.output = waiter;
    }

    /** Ends what {@link #watch} began with this waiter, or with any if it is null. */
    void unwatch(SelectableChannel channel, int operation, Runnable waiter) {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) return;
        Waiters waiters = (Waiters) key.attachment();
        boolean input = (operation & INPUT) != 0;
        Runnable present = input ? waiters.input : waiters.output;
        if (present == null || (waiter != null && waiter != present)) return;
        if (input) {
            waiters.input = null;
        } else {
            waiters.output = null;
            removeInterest(key, operation);
        }
    }

    /** Who waits for a channel; null if nobody has waited for it here. */
    Waiters waiters(SelectableChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        return key == null ? null : (Waiters) key.attachment();
    }

    private void onReady(SelectionKey key) {
        Waiters waiters = (Waiters) key.attachment();
        int operations = key.isValid() ? key.readyOps() : 0;
        if ((operations & INPUT) != 0) {
            waiters.drained = false;
            wake(waiters.input, key, INPUT);
        }
        if ((operations & ~INPUT) != 0) wake(waiters.output, key, ~INPUT);
    }

    private void wake(Runnable waiter, SelectionKey key, int operations) {
        if (waiter != null) loop.run(waiter);
        else removeInterest(key, operations);
    }

    private static void removeInterest(SelectionKey key, int operations) {
        try {
            key.interestOpsAnd(~operations);
        } catch (CancelledKeyException e) {
            // closed: there is no interest left
        }
    }

    /** A selector drops closed channels in silence; but it has fewer keys then. */
    private int unswept() {
        return known.size() - selector.keys().size();
    }

    /** Looking for them is put off until it is cheap in proportion. */
    private void wakeWaitersOfClosed() {
        long now = System.nanoTime();
        if (unswept() * 16 < known.size() && now - sweptAt < SWEEP_NANOS) return;
        sweptAt = now;
        for (SelectionKey key : known.stream().filter(k -> !k.isValid()).toList()) {
            known.remove(key);
            Waiters waiters = (Waiters) key.attachment();
            if (waiters.input != null) loop.run(waiters.input);
            if (waiters.output != null) loop.run(waiters.output);
        }
    }
}

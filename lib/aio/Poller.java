//SOURCES ChannelEvent.java EventLoop.java Task.java
package aio;

import module java.base;

/**
 * The loop's selector, and who waits for which channel. A channel is registered once. Interest in
 * input stays when nobody waits, since most coroutines soon read again and a change costs a system
 * call; only when it proves unwanted it ends.
 */
final class Poller {
    static final int READ_BUFFER_BYTES = 64 * 1024;

    private static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    /** How often an idle loop looks whether another thread has closed a channel. */
    private static final long IDLE_NANOS = 1_000_000_000;

    /** How long a channel that was closed on the loop may go unnoticed by its waiter. */
    private static final long SWEEP_NANOS = 10_000_000;

    private final EventLoop loop;
    private final Selector selector;

    /** For reads of all the loop's coroutines: each takes out what it got before it waits again. */
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    /** Ends a wait in time. */
    private ScheduledFuture<?> alarm;

    private long alarmAt = System.nanoTime();
    private int keysKnown;
    private int closedUnswept;
    private long sweptAt;

    /** The attachment of a key. */
    static final class Waiters {
        private Task<?> input;
        private Task<?> output;

        /** Called whenever there is input, in place of a waiting task. */
        private Runnable reader;

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
    }

    /** Wakes the tasks whose channels are ready; waits for one for at most so many nanoseconds. */
    void select(long nanos) throws IOException {
        if (nanos <= 0) {
            selector.selectNow(this::onReady);
        } else {
            long longest = closedUnswept > 0 ? SWEEP_NANOS : keysKnown > 0 ? IDLE_NANOS : nanos;
            wakeWithin(Math.min(nanos, longest));
            selector.select(this::onReady);
        }
        wakeWaitersOfClosed();
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

    SelectionKey keyOf(SelectableChannel channel) {
        return channel.keyFor(selector);
    }

    /** Closes the selector and every channel it knows. */
    void close() throws IOException {
        if (alarm != null) alarm.cancel(false);
        for (SelectionKey key : List.copyOf(selector.keys())) key.channel().close();
        selector.close();
    }

    void watch(ChannelEvent<?> event, Task<?> task) throws IOException {
        SelectionKey key = event.key;
        if (key == null || key.selector() != selector) {
            key = event.key = register(event.channel, event.operation);
        }
        Waiters waiters = (Waiters) key.attachment();
        boolean input = (event.operation & INPUT) != 0;
        Object other =
                !input ? waiters.output : waiters.reader != null ? "a reader" : waiters.input;
        if (other != null) throw new IllegalStateException(other + " waits already: " + event);
        addInterest(key, event.operation);
        if (input) waiters.input = task;
        else waiters.output = task;
    }

    void unwatch(ChannelEvent<?> event) {
        Waiters waiters = (Waiters) event.key.attachment();
        if ((event.operation & INPUT) != 0) {
            waiters.input = null;
        } else {
            waiters.output = null;
            removeInterest(event.key, event.operation);
        }
    }

    /** Has {@code reader} run whenever the channel has input; null ends that. */
    void watch(SelectableChannel channel, Runnable reader) throws IOException {
        int operation = channel.validOps() & INPUT;
        SelectionKey key = reader == null ? keyOf(channel) : register(channel, operation);
        if (key == null) return;
        Waiters waiters = (Waiters) key.attachment();
        if (reader != null && waiters.input != null) {
            throw new IllegalStateException(waiters.input + " waits already: " + channel);
        }
        waiters.reader = reader;
        if (reader == null) removeInterest(key, operation);
        else addInterest(key, operation);
    }

    private SelectionKey register(SelectableChannel channel, int operation) throws IOException {
        SelectionKey key = keyOf(channel);
        if (key == null) {
            key = channel.register(selector, operation, new Waiters());
            keysKnown++;
        }
        return key;
    }

    private static void addInterest(SelectionKey key, int operation) throws IOException {
        try {
            if ((key.interestOps() & operation) == 0) key.interestOpsOr(operation);
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
    }

    private static void removeInterest(SelectionKey key, int operations) {
        try {
            key.interestOpsAnd(~operations);
        } catch (CancelledKeyException e) {
            // closed: there is no interest left
        }
    }

    private void onReady(SelectionKey key) {
        Waiters waiters = (Waiters) key.attachment();
        int operations = key.isValid() ? key.readyOps() : 0;
        if ((operations & INPUT) != 0) {
            waiters.drained = false;
            if (waiters.reader != null) loop.run(waiters.reader);
            else wakeOrRemoveInterest(waiters.input, key, INPUT);
        }
        if ((operations & ~INPUT) != 0) wakeOrRemoveInterest(waiters.output, key, ~INPUT);
    }

    private static void wakeOrRemoveInterest(Task<?> waiter, SelectionKey key, int operations) {
        if (waiter != null) waiter.schedule();
        else removeInterest(key, operations);
    }

    /**
     * A selector drops closed channels in silence; but it has fewer keys then. Looking for those
     * that wait for one is put off until it is cheap in proportion.
     */
    private void wakeWaitersOfClosed() {
        int keys = selector.keys().size();
        closedUnswept += keysKnown - keys;
        keysKnown = keys;
        if (closedUnswept == 0) return;
        long now = System.nanoTime();
        if (closedUnswept * 16 >= loop.tasks.size() || now - sweptAt >= SWEEP_NANOS) {
            closedUnswept = 0;
            sweptAt = now;
            loop.tasks.stream().filter(Task::waitsForClosedChannel).forEach(Task::schedule);
        }
    }
}

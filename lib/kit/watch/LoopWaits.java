//SOURCES Actors.java Names.java Queues.java Recorder.java ../../aio/Future.java
//SOURCES ../../aio/LoopStep.java ../../aio/Task.java ../../aio/TimerHandle.java
package kit.watch;

import module java.base;

import aio.Future;
import aio.Task;
import aio.TimerHandle;

/** Who waits for what on one loop. The recorder's lock guards it. */
final class LoopWaits {
    /** What {@code SleepEvent.toString} returns. */
    private static final Pattern SLEEP = Pattern.compile("SleepEvent\\((PT.+)\\)");

    private final Recorder recorder;
    private final Names names;

    private record Key(SelectableChannel channel, boolean isOutput) {}

    private record Waiter(Supplier<String> name, int operations) {}

    private final Map<Key, Waiter> channels = new LinkedHashMap<>();
    private final NavigableMap<TimerHandle, String> timers = new TreeMap<>();
    private final Map<Actor, String> futures = new LinkedHashMap<>();

    /** What a task that is about to be suspended has registered for; empty if it's nothing here. */
    private String latest = "";

    private boolean isServer;

    LoopWaits(Recorder recorder) {
        this.recorder = recorder;
        names = recorder.names;
    }

    private static Key key(SelectableChannel channel, int operations) {
        boolean reads = (operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0;
        return new Key(channel, !reads);
    }

    /** A task or a callback waits for a channel. */
    void add(SelectableChannel channel, int operations, Supplier<String> name) {
        if (channel instanceof ServerSocketChannel listener) {
            names.listens(listener);
            isServer |= names.isServed(listener);
        }
        channels.put(key(channel, operations), new Waiter(name, operations));
        latest = names.waitsFor(channel, operations);
    }

    void remove(SelectableChannel channel, int operations) {
        channels.remove(key(channel, operations));
    }

    /** Forgets closed channels, and returns them. */
    Set<SelectableChannel> removeClosed() {
        Set<SelectableChannel> closed = new HashSet<>();
        for (Key key : channels.keySet()) if (!key.channel().isOpen()) closed.add(key.channel());
        channels.keySet().removeIf(key -> closed.contains(key.channel()));
        return closed;
    }

    /** A timer was set. */
    void add(TimerHandle timer, String name) {
        timers.put(timer, name);
    }

    /** Removes a timer and returns its name. */
    String remove(TimerHandle timer) {
        return Objects.requireNonNullElse(timers.remove(timer), "timer");
    }

    private static Duration left(TimerHandle timer) {
        return Duration.ofNanos(timer.when() - System.nanoTime());
    }

    /** Returns a duration as people write it: in milliseconds or seconds, rounded. */
    static String text(Duration time) {
        long ms = (time.toNanos() + 500_000) / 1_000_000;
        if (ms < 100) return ms + " ms";
        if (ms < 995) return (ms + 5) / 10 * 10 + " ms";
        return "%.1f s".formatted(ms / 1000.0).replace(".0 s", " s");
    }

    /** A task is suspended: returns a text for what it waits for. */
    String awaits(Actor actor, Object on) {
        String registered = latest;
        latest = "";
        if (on instanceof Future<?> future) {
            String text = describe(future);
            futures.put(actor, text);
            return text;
        }
        if (!registered.isEmpty()) return registered;
        Matcher sleep = SLEEP.matcher(on.toString());
        if (sleep.matches()) return "a pause of " + text(Duration.parse(sleep.group(1)));
        return on.getClass().getSimpleName();
    }

    private String describe(Future<?> future) {
        if (future instanceof Task<?> task) {
            Actor other = recorder.actors.find(task);
            return "task " + (other == null ? task.name() : other.name);
        }
        if (future.getClass() == Future.class) return "a future";
        String type = future.getClass().getSimpleName();
        boolean isOfLibrary = future.getClass().getPackage() == Future.class.getPackage();
        return isOfLibrary ? "a " + type.toLowerCase(Locale.ROOT) : type;
    }

    /** The task is resumed. */
    void awaitsNoMore(Actor actor) {
        latest = "";
        futures.remove(actor);
    }

    /** Returns what has happened at a channel, as the start of a sentence. */
    String happened(SelectableChannel channel, int operations) {
        if (channel instanceof ServerSocketChannel) return "A client has connected. ";
        String other =
                channel instanceof SocketChannel connection ? names.peer(connection) : "a pipe";
        if ((operations & SelectionKey.OP_READ) != 0) return "Input from " + other + " is there. ";
        if ((operations & SelectionKey.OP_CONNECT) != 0) return "The connection is made. ";
        return "There is room for output to " + other + ". ";
    }

    /** Returns whether the channel that the start line names was among those waited for. */
    boolean isServer() {
        return isServer;
    }

    Queues queues(List<String> ready, String runs, String select) {
        List<Map.Entry<Key, Waiter>> input = new ArrayList<>();
        List<Map.Entry<Key, Waiter>> output = new ArrayList<>();
        for (var entry : channels.entrySet())
            (entry.getKey().isOutput() ? output : input).add(entry);
        List<Map.Entry<Actor, String>> awaited = List.copyOf(futures.entrySet());
        List<Queues.Timer> set =
                timers.entrySet().stream()
                        .limit(Queues.MOST)
                        .map(timer -> Queues.Timer.in(left(timer.getKey()), timer.getValue()))
                        .toList();
        return new Queues(
                ready,
                runs,
                Queues.last(input, this::waiter),
                Queues.last(output, this::waiter),
                set,
                Queues.last(awaited, wait -> wait.getKey().name + ": " + wait.getValue()),
                select);
    }

    private String waiter(Map.Entry<Key, Waiter> wait) {
        String name = wait.getValue().name().get();
        String other =
                switch (wait.getKey().channel()) {
                    case ServerSocketChannel _ -> "a new connection";
                    case SocketChannel connection -> names.peer(connection);
                    default -> "a pipe";
                };
        return name.contains(other) ? name : name + ": " + other;
    }
}

//SOURCES Actors.java EventLoopView.java Names.java PageView.java ReactorView.java Repeats.java
//SOURCES ../../aio/EventLoop.java ../../aio/LoopStep.java
package kit.watch;

import module java.base;

import aio.EventLoop;
import aio.LoopStep;

/**
 * Makes steps of what a chapter and the loops in it do. One lock guards everything, and each step
 * is made while it is held, so the steps are in order. Unless a method says otherwise, any thread
 * may call it.
 */
final class Recorder {
    /** How many characters of a printed line are shown. */
    private static final int LONGEST = 200;

    /** How many of the printed lines a new viewer gets. */
    private static final int HISTORY = 200;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final List<Consumer<Step>> viewers = new ArrayList<>();
    private final List<LoopView> loops = new ArrayList<>();
    private final Repeats repeats;
    private final UnaryOperator<String> ports;
    private final Deque<String> history = new ArrayDeque<>();
    private final long start = System.nanoTime();
    private List<String> printed = new ArrayList<>();
    private Map<String, Object> last = Map.of();
    private volatile long slowMillis;
    private volatile RuntimeException failure;

    final Names names = new Names();
    final Actors actors = new Actors();
    final PageView page;

    /**
     * Makes a recorder without viewers.
     *
     * @param chapter the name of the chapter's class
     * @param isLive whether it is watched while it runs
     * @param ports translates the ports in a line that was printed, for the viewers
     */
    Recorder(String chapter, boolean isLive, UnaryOperator<String> ports) {
        this.ports = ports;
        repeats = new Repeats(isLive);
        page = new PageView(this, chapter);
    }

    /** Lets everything stand still for so many milliseconds after each step; 0 for not at all. */
    void setSlow(long millis) {
        slowMillis = millis;
    }

    /** Returns what has failed in the recorder itself; null if nothing has. */
    RuntimeException failure() {
        return failure;
    }

    /** Adds a viewer, which gets every step, while the lock is held. */
    void addViewer(Consumer<Step> viewer) {
        get(() -> viewers.add(viewer));
    }

    /** Returns the present state, with what was printed last, as a step without a sentence. */
    Step now() {
        return get(() -> new Step(micros(), "", state(), List.copyOf(history)));
    }

    /** Lets a viewer get what was printed last, and nothing more. */
    void removeViewer(Consumer<Step> viewer) {
        showPrinted();
        get(() -> viewers.remove(viewer));
    }

    /** Returns who observes a loop that is made; for {@link aio.LoopObservers}. */
    Consumer<LoopStep> observe(Object loop) {
        return get(() -> {
            LoopView view =
                    loop instanceof EventLoop own
                            ? new EventLoopView(this, own)
                            : new ReactorView(this);
            loops.removeIf(LoopView::isClosed);
            loops.add(view);
            return view;
        });
    }

    /** Records a line that the program has printed. */
    void print(String line) {
        get(() -> {
            names.printed(line);
            String shown = names.text(ports.apply(line));
            if (shown.length() > LONGEST) shown = shown.substring(0, LONGEST) + "...";
            printed.add(shown);
            history.add(shown);
            if (history.size() > HISTORY) history.remove();
            if (viewers.isEmpty()) printed.clear();
            return null;
        });
    }

    /** Returns how many clients have connected. */
    int clients() {
        return get(names::clients);
    }

    /** Looks where threads stand, and records what was printed last. Call it from time to time. */
    void sample() {
        page.sample();
        showPrinted();
    }

    private void showPrinted() {
        change(() -> printed.isEmpty() ? null : "The program prints a line.");
    }

    /** Runs a change of what the recorder knows, while no other runs, and returns its result. */
    <T> T get(Supplier<T> change) {
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a change, and makes a step if it returns a sentence. */
    void change(Supplier<String> change) {
        change(change, false);
    }

    /** Runs the change that a line makes which is about to run. */
    void changeByLine(Supplier<String> change) {
        change(change, true);
    }

    private void change(Supplier<String> change, boolean isLine) {
        // A change may call a toString of the chapter, whose lines are no steps.
        if (lock.isHeldByCurrentThread() || failure != null) return;
        lock.lock();
        try {
            String say = change.get();
            if (say != null) step(say, isLine);
            actors.forgetDone();
        } catch (RuntimeException e) {
            failure = e; // the chapter must not fail because of its recorder
        } finally {
            lock.unlock();
        }
    }

    private void step(String say, boolean isLine) {
        if (viewers.isEmpty()) return;
        Map<String, Object> state = state();
        if (state.equals(last) && printed.isEmpty()) return;
        boolean isQuiet = isLine && printed.isEmpty();
        var step = new Step(micros(), say, state, printed);
        printed = new ArrayList<>();
        last = state;
        for (Step shown : repeats.admit(step, isQuiet)) {
            for (Consumer<Step> viewer : List.copyOf(viewers)) viewer.accept(shown);
            pause();
        }
    }

    private long micros() {
        return (System.nanoTime() - start) / 1_000;
    }

    private void pause() {
        if (slowMillis == 0) return;
        try {
            Thread.sleep(slowMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        LoopView loop = shown();
        state.put("actors", actors.shown(actor -> isShown(actor, loop)));
        Queues queues = page.queues();
        (loop == null ? queues : queues.and(loop.queues())).addTo(state);
        return state;
    }

    /** Returns whether an actor is shown: not if it belongs to a loop that isn't. For a change. */
    boolean isShown(Actor actor) {
        return isShown(actor, shown());
    }

    private boolean isShown(Actor actor, LoopView shown) {
        if (actor.isHidden) return false;
        if (actor.home != null) return actor.home == shown;
        return loops.stream().noneMatch(loop -> loop.maker == actor && loop != shown);
    }

    /** Returns whether a loop is the one that is shown. For a change. */
    boolean isShown(LoopView loop) {
        return loop == shown();
    }

    /** Of several loops, shows the server's; without a server, the one that was made last. */
    private LoopView shown() {
        if (!names.isServer()) return loops.isEmpty() ? null : loops.getLast();
        return loops.stream()
                .filter(LoopView::isServer)
                .findFirst()
                .or(() -> loops.stream().filter(loop -> loop.isOfServer).findFirst())
                .orElse(null);
    }
}

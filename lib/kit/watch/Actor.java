package kit.watch;

import module java.base;

/**
 * One who runs or waits in the watched program: a loop, a task or coroutine, a thread, a callback.
 * The recorder's lock guards it.
 */
final class Actor {
    /** What it is. */
    enum Kind {
        LOOP("The loop"),
        TASK("Task"),
        THREAD("Thread"),
        CALLBACK("Callback");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** What it does. */
    enum State {
        RUNS,
        READY,
        WAITS,
        DONE
    }

    final int id;
    final Kind kind;

    /** The loop that it belongs to; null if it belongs to none. */
    final LoopView home;

    String name;

    /** Whether the name is only a number, until a better one is found. */
    boolean isNumbered;

    State state = State.READY;

    /** The line of the chapter at which it stands; null if that is unknown. */
    Integer line;

    /** Where it stands in the library, if the chapter's code called something there that waits. */
    String at = "";

    String on = "";
    Actor maker;

    /** Whose connection it works on; empty if that is unknown. */
    String peer = "";

    /** True while it only waits for the server to end, which teaches nothing. */
    boolean isHidden;

    /** How many lines it has run; a sample of its thread is outdated if this has changed. */
    long lines;

    Actor(int id, Kind kind, LoopView home, String name) {
        this.id = id;
        this.kind = kind;
        this.home = home;
        this.name = name;
    }

    /**
     * The actor as a recording shows it.
     *
     * @param kind and {@code state} in lower case
     * @param maker the id of the actor that made it; null if that is unknown
     */
    record Shown(
            int id,
            String name,
            String kind,
            String state,
            Integer line,
            String at,
            String on,
            Integer maker) {}

    Shown shown() {
        return new Shown(
                id,
                name,
                kind.name().toLowerCase(Locale.ROOT),
                state.name().toLowerCase(Locale.ROOT),
                line,
                at,
                on,
                maker == null ? null : maker.id);
    }

    void runs() {
        state = State.RUNS;
        on = "";
    }

    void isReady() {
        state = State.READY;
        on = "";
    }

    void waits(String forWhat) {
        state = State.WAITS;
        on = forWhat;
    }

    /** Returns what it is and its name, as the start of a sentence. */
    String title() {
        return kind == Kind.LOOP ? kind.word : kind.word + " " + name;
    }

    /** Returns where it stands, as the end of a sentence; empty if that is unknown. */
    String place() {
        return line != null ? " at line " + line : at.isEmpty() ? "" : " at " + at;
    }
}

//SOURCES Step.java
package kit.watch;

import module java.base;

/**
 * Leaves out the rounds of a loop that polls and finds nothing: lines that run again and again, and
 * change nothing that can be seen. The recorder's lock guards it.
 */
final class Repeats {
    /** How many rounds are shown before the others are left out. */
    private static final int ROUNDS = 2;

    /** How many of the steps that are left out are shown after all, when something happens. */
    private static final int SHOWN_LAST = 3;

    /** Fewer than this are not left out. */
    private static final int LEAST = 20;

    /** Far more than a round has lines. */
    private static final int MOST = 1_000;

    /**
     * In a live view, one of the steps that are left out is shown so often, to show that it moves.
     */
    private static final long SHOWN_EVERY_NANOS = 100_000_000;

    private final boolean isLive;
    private final Map<Map<String, Object>, Integer> seen = new HashMap<>();
    private final Deque<Step> latest = new ArrayDeque<>();
    private long leftOut;
    private long shownAt;

    /**
     * @param isLive whether a step is shown from time to time although nothing happens
     */
    Repeats(boolean isLive) {
        this.isLive = isLive;
    }

    /**
     * Returns the steps to show now: none, the step, or some before it as well.
     *
     * @param isLine whether a line is about to run, and nothing else has happened
     */
    List<Step> admit(Step step, boolean isLine) {
        if (!isLine) seen.clear();
        if (seen.size() > MOST) seen.clear();
        // The time that is left changes by itself.
        Map<String, Object> state = new HashMap<>(step.state());
        state.remove("timers");
        int times = isLine ? seen.merge(state, 1, Integer::sum) : 0;
        boolean isDue = isLive && System.nanoTime() - shownAt >= SHOWN_EVERY_NANOS;
        if (times > ROUNDS && !isDue) {
            leftOut++;
            latest.add(step);
            if (latest.size() > LEAST) latest.remove();
            return List.of();
        }
        shownAt = System.nanoTime();
        if (leftOut > LEAST) while (latest.size() > SHOWN_LAST) latest.remove();
        List<Step> shown = new ArrayList<>(latest);
        shown.add(step);
        leftOut -= latest.size();
        latest.clear();
        if (leftOut > 0) {
            Step first = shown.getFirst();
            String say = "%,d steps like these are left out. %s".formatted(leftOut, first.say());
            shown.set(0, new Step(first.t(), say, first.state(), first.printed()));
        }
        leftOut = 0;
        return shown;
    }
}

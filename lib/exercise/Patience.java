package exercise;

import module java.base;

/** How long a check waits for what should happen at once. Any thread may call it. */
public final class Patience {
    private static final Duration LIMIT =
            Duration.ofMillis(Integer.getInteger("exercise.patience", 1000));

    private static final Duration PAUSE = Duration.ofMillis(2);

    private Patience() {}

    /** Returns the limit: a second, or the system property {@code exercise.patience} in ms. */
    public static Duration limit() {
        return LIMIT;
    }

    /** Returns how long a check watches that nothing happens: a fifth of the limit. */
    static Duration silence() {
        return LIMIT.dividedBy(5);
    }

    /** Waits until the condition is true, and returns whether it became true in time. */
    static boolean await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) return false;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }
}

package aio.http;

import module java.base;

/** A time of any length that several waits share; it begins when this is made. */
final class Countdown {
    private final Duration time;
    private final long begin = System.nanoTime();

    Countdown(Duration time) {
        this.time = time;
    }

    /** Returns what is left of it; negative when it is over. */
    Duration left() {
        return time.minusNanos(System.nanoTime() - begin);
    }

    /**
     * As {@link #left}, for the next wait; it fails when nothing is left, even if there is no need
     * to wait: a peer that always has something to say gets no more time than others.
     */
    Duration check() throws TimeoutException {
        Duration left = left();
        if (left.isPositive()) return left;
        throw new TimeoutException("it took longer than " + time);
    }
}

package aio.http;

import module java.base;

/** A time limit that several waits share. The time runs from its creation. */
final class Countdown {
    private final Duration time;
    private final long begin = System.nanoTime();

    Countdown(Duration time) {
        this.time = time;
    }

    /** Returns the time that is left; negative when it is over. */
    Duration left() {
        return time.minusNanos(System.nanoTime() - begin);
    }

    /**
     * Returns the time that is left for the next wait. It throws if none is left, even if that wait
     * would not block: a peer that always has a byte ready gets no more time than others.
     */
    Duration check() throws TimeoutException {
        Duration left = left();
        if (left.isPositive()) return left;
        throw new TimeoutException("it took longer than " + time);
    }
}

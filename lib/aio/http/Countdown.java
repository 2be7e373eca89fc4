package aio.http;

import module java.base;

/** A time that several waits share; it begins when this is made, and may be of any length. */
final class Countdown {
    private final Duration time;
    private final long begin = System.nanoTime();

    Countdown(Duration time) {
        this.time = time;
    }

    /** What is left of it; negative when it is over. */
    Duration left() {
        return time.minusNanos(System.nanoTime() - begin);
    }
}

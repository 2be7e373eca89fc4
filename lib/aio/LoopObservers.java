//SOURCES LoopStep.java
package aio;

import module java.base;

/** The observers of loops that programs make in places where nobody can set one. */
public final class LoopObservers {
    private static volatile Function<Object, Consumer<LoopStep>> ofNewLoops = _ -> null;

    private LoopObservers() {}

    /**
     * Decides who observes the loops that are made from now on. Any thread may call it.
     *
     * @param observer gets the {@link EventLoop} or {@link aio.reactor.Reactor} while it is made,
     *     and returns its observer, or null for none
     */
    public static void setForNewLoops(Function<Object, Consumer<LoopStep>> observer) {
        ofNewLoops = Objects.requireNonNull(observer);
    }

    /** Returns the observer of a new loop, or null. A loop asks once. */
    public static Consumer<LoopStep> of(Object loop) {
        return ofNewLoops.apply(loop);
    }
}

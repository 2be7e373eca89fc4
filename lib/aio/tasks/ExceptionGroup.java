package aio.tasks;

import module java.base;

/**
 * All failures of a {@link TaskGroup}. It is thrown even if there is only one, so the type that you
 * catch does not depend on how many tasks failed at the same time. The first failure is its cause
 * and the others are its suppressed exceptions, so a stack trace shows every one of them.
 * Counterpart: Python's {@code ExceptionGroup}.
 */
public final class ExceptionGroup extends Exception {
    private static final long serialVersionUID = 1L;

    private final Throwable[] exceptions;

    /** Makes a group of one or more failures. */
    ExceptionGroup(List<Throwable> exceptions) {
        super(message(exceptions), exceptions.getFirst());
        exceptions.stream().skip(1).forEach(this::addSuppressed);
        this.exceptions = exceptions.toArray(Throwable[]::new);
    }

    private static String message(List<Throwable> exceptions) {
        String first = exceptions.getFirst().toString();
        if (exceptions.size() == 1) return "a task failed: " + first;
        return exceptions.size() + " tasks failed, the first with " + first;
    }

    /** Returns the failures in the order in which they happened. */
    public List<Throwable> exceptions() {
        return List.of(exceptions);
    }
}

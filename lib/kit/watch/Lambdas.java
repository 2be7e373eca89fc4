package kit.watch;

import module java.base;

/**
 * The lambdas that the chapter has made, with the names and lines that its source gives them. Any
 * thread may call any method.
 */
final class Lambdas {
    /**
     * A lambda.
     *
     * @param name of the variable it was assigned to, or of the method in which it was made
     * @param method the name of the method that has its body
     * @param line the first line of its body; 0 if that isn't in the chapter
     * @param self the object that it captured as {@code this}; empty if it captured none
     */
    record Lambda(String name, String method, int line, WeakReference<Object> self) {}

    private final Map<Object, Lambda> made = Collections.synchronizedMap(new WeakHashMap<>());

    void add(Object lambda, String name, String method, int line, Object self) {
        made.put(lambda, new Lambda(name, method, line, new WeakReference<>(self)));
    }

    /** Returns what is known of an object; empty if it isn't a lambda of the chapter. */
    Optional<Lambda> find(Object lambda) {
        // Only the identity of an object counts, and a lambda's equals is about that.
        return lambda == null ? Optional.empty() : Optional.ofNullable(made.get(lambda));
    }
}

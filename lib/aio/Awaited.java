//SOURCES Event.java Future.java
package aio;

/**
 * What a task waits for, in words for people: 'input' and 'from 127.0.0.1:4711'.
 *
 * @param kind what many tasks may wait for at the same time
 * @param detail what tells one of them from the others; it may be empty
 */
record Awaited(String kind, String detail) {
    static final Awaited NOTHING = new Awaited("");

    Awaited(String kind) {
        this(kind, "");
    }

    /** Returns the words for an {@link Event} or {@link Future}. */
    static Awaited of(Object on) {
        return switch (on) {
            case Event<?> event -> event.awaited();
            case Future<?> future -> future.awaited();
            case null, default -> NOTHING;
        };
    }

    @Override
    public String toString() {
        return (kind + " " + detail).strip();
    }
}

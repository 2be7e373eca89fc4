package kit.book;

import module java.base;

/** What the names in a page's text and code link to. */
public interface Names {
    /**
     * Returns the link for a name that the code has: {@code EventLoop}, {@code EventLoop.callSoon},
     * {@code EventLoop.callSoon()}; empty if it leads nowhere.
     */
    Optional<String> link(String code);

    /** Does the same for a name in prose. */
    default Optional<String> inProse(String code) {
        return link(code);
    }

    /** Hears that the prose links to this type by hand. */
    default void linked(String type) {}
}

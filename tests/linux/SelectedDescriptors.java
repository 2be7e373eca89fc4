//SOURCES ../../lib/linux/EventFd.java ../../lib/linux/FdSet.java
package tests.linux;

import linux.EventFd;
import linux.FdSet;

import java.io.IOException;

/**
 * Waits with {@code select} for two descriptors, of which one is readable, and prints what it finds
 * in the set. A program of its own: in the process of the tests, others may have so many files open
 * that the next descriptor doesn't fit into the set.
 */
final class SelectedDescriptors {
    private SelectedDescriptors() {}

    public static void main(String... args) throws IOException {
        try (var silent = new EventFd();
                var signaled = new EventFd()) {
            signaled.signal();
            var set = new FdSet(FdSet.FD_SETSIZE);
            set.set(silent.fd());
            set.set(signaled.fd());
            int nfds = Math.max(silent.fd(), signaled.fd()) + 1;
            System.out.println(set.awaitReadable(nfds, 60_000) + " of two is ready");
            print(set, silent, signaled);
            set.zero();
            set.set(silent.fd());
            System.out.println(set.awaitReadable(silent.fd() + 1, 1) + " of one is ready");
            print(set, silent, signaled);
            set.set(FdSet.FD_SETSIZE);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void print(FdSet set, EventFd silent, EventFd signaled) {
        System.out.println(
                "in the set: silent "
                        + set.isSet(silent.fd())
                        + ", signaled "
                        + set.isSet(signaled.fd()));
    }
}

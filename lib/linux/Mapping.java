//SOURCES Call.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory mapped by the kernel, see <a
 * href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>. It is unmapped when its
 * arena is closed, and from then on every access is an {@link IllegalStateException}: without the
 * arena, it would end the JVM.
 */
final class Mapping {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 0x1;
    private static final int MAP_PRIVATE = 0x2;
    private static final int MAP_ANONYMOUS = 0x20;

    /** Touches every page now, instead of at its first use. */
    private static final int MAP_POPULATE = 0x8000;

    private static final long MAP_FAILED = -1;

    private static final MethodHandle MMAP =
            Call.find(
                    "mmap",
                    FunctionDescriptor.of(
                            ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            Call.find("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private Mapping() {}

    /** Maps memory that this process shares with the kernel object behind a descriptor. */
    static MemorySegment shared(Arena arena, int fd, long offset, long bytes)
            throws LinuxException {
        return map(arena, MAP_SHARED | MAP_POPULATE, fd, offset, bytes);
    }

    /** Maps new memory full of zeros, which begins at a page. */
    static MemorySegment anonymous(Arena arena, long bytes) throws LinuxException {
        return map(arena, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0, bytes);
    }

    @SuppressWarnings("restricted") // the kernel has mapped that many bytes, and nobody else unmaps
    private static MemorySegment map(Arena arena, int flags, int fd, long offset, long bytes)
            throws LinuxException {
        MemorySegment mapped;
        try {
            mapped =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    Call.state(),
                                    MemorySegment.NULL,
                                    bytes,
                                    PROT_READ_WRITE,
                                    flags,
                                    fd,
                                    offset);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        if (mapped.address() == MAP_FAILED) throw new LinuxException(Call.errno(), "mmap", fd);
        return mapped.reinterpret(bytes, arena, memory -> unmap(memory, bytes));
    }

    private static void unmap(MemorySegment memory, long bytes) {
        try {
            int unused = (int) MUNMAP.invokeExact(Call.state(), memory, bytes);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
    }
}

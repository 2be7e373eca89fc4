//JAVA 25+
//SOURCES ../shared/LinuxOnly.java ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES ClosedRings.java
//SOURCES ../../lib/linux/*.java
package tests.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import linux.BufferRing;
import linux.CompletionQueue;
import linux.Errno;
import linux.EventFd;
import linux.IoUring;
import linux.LinuxException;
import linux.SocketCalls;
import linux.SubmissionEntry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import tests.shared.LinuxOnly;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The rings of io_uring: what is submitted completes once, and nothing is lost or left. */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.SAME_THREAD) // they count the descriptors and mappings of the process
class IoUringTest {
    private static final int GROUP = 3;

    private int listener;
    private int port;
    private Socket client;
    private int conn;

    public static void main(String... args) {
        TestRun.main(IoUringTest.class);
    }

    @BeforeAll
    static void requireRings() throws IOException {
        LinuxOnly.assumeRings();
    }

    @BeforeEach
    void connect() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        listener = SocketCalls.socket(loopback, SocketCalls.SOCK_STREAM);
        SocketCalls.reuseAddress(listener);
        SocketCalls.bind(listener, new InetSocketAddress(loopback, 0));
        SocketCalls.listen(listener, 100);
        port = SocketCalls.getsockname(listener).getPort();
        client = new Socket(loopback, port);
        client.setSoTimeout(60_000);
        conn = SocketCalls.accept4(listener, 0);
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        if (conn >= 0) SocketCalls.close(conn);
        if (listener >= 0) SocketCalls.close(listener);
    }

    /** What a completion says: the number of the request, its result, whether it goes on. */
    private record Completion(long userData, int result, boolean hasMore, int bufferId) {
        static Completion of(CompletionQueue queue) {
            return new Completion(
                    queue.userData(), queue.result(), queue.hasMore(), queue.bufferId());
        }
    }

    /** Waits for this many completions. */
    private static List<Completion> complete(IoUring ring, int count) throws IOException {
        List<Completion> seen = new ArrayList<>();
        while (seen.size() < count) {
            ring.submitAndWait(1);
            while (ring.completions().next()) seen.add(Completion.of(ring.completions()));
        }
        assertEquals(count, seen.size(), seen::toString);
        return seen;
    }

    private static Completion complete(IoUring ring) throws IOException {
        return complete(ring, 1).getFirst();
    }

    private static MemorySegment bytes(IoUring ring, byte... bytes) {
        return ring.arena().allocateFrom(JAVA_BYTE, bytes);
    }

    @Test
    void aNopCompletesWithItsNumber() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            assertFalse(ring.completions().next());
            ring.add(SubmissionEntry.NOP, -1, 1L << 60);
            assertEquals(new Completion(1L << 60, 0, false, -1), complete(ring));
            assertFalse(ring.completions().next());
        }
    }

    @Test
    void thousandsOfRequestsGoThroughASmallRingInOrder() throws IOException {
        List<Long> seen = new ArrayList<>();
        try (var ring = new IoUring(4, 8)) {
            for (long i = 0; i < 10_000; i++) {
                ring.add(SubmissionEntry.NOP, -1, i);
                if (i % 3 == 0) complete(ring, i == 0 ? 1 : 3).forEach(c -> seen.add(c.userData()));
            }
        }
        assertEquals(LongStream.range(0, 10_000).boxed().toList(), seen);
    }

    @Test
    void moreRequestsThanTheQueueHoldsAreSubmittedMeanwhile() throws IOException {
        try (var ring = new IoUring(4, 128)) {
            for (int i = 0; i < 100; i++) ring.add(SubmissionEntry.NOP, -1, i);
            assertEquals(99, complete(ring, 100).getLast().userData());
        }
    }

    @Test
    void moreCompletionsThanTheQueueHoldsWaitInTheKernelAndNoneIsLost() throws IOException {
        List<Long> seen = new ArrayList<>();
        try (var ring = new IoUring(8, 8)) {
            var queue = ring.completions();
            for (int i = 0; i < 100; i++) ring.add(SubmissionEntry.NOP, -1, i);
            ring.submitAndWait(0);
            assertTrue(queue.hasOverflowed());
            while (queue.next()) seen.add(queue.userData());
            assertEquals(8, seen.size());
            while (queue.hasOverflowed()) {
                ring.submitAndWait(1);
                while (queue.next()) seen.add(queue.userData());
            }
            assertFalse(queue.hasOverflowed());
        }
        assertEquals(LongStream.range(0, 100).boxed().toList(), seen);
    }

    @Test
    void aMultishotReceiveEndsWhenNoBufferIsFreeAndGoesOnWhenTheyAreGivenBack() throws IOException {
        byte[] sent = new byte[150];
        new Random(1).nextBytes(sent);
        var received = new ByteArrayOutputStream();
        try (var ring = new IoUring(4, 16)) {
            var buffers = new BufferRing(ring, GROUP, 4, 16);
            List<Integer> used = new ArrayList<>();
            receive(ring);
            client.getOutputStream().write(sent);
            var queue = ring.completions();
            int ends = 0;
            while (received.size() < sent.length) {
                ring.submitAndWait(1);
                while (queue.next()) {
                    if (queue.hasMore()) {
                        var data = buffers.received(queue.bufferId(), queue.result());
                        received.write(data.toArray(JAVA_BYTE));
                        used.add(queue.bufferId());
                        continue;
                    }
                    assertEquals(
                            new Completion(conn, -Errno.ENOBUFS, false, -1), Completion.of(queue));
                    assertEquals(4, used.size());
                    used.forEach(buffers::giveBack);
                    used.clear();
                    buffers.publish();
                    receive(ring);
                    ends++;
                }
            }
            assertTrue(ends >= 2, () -> "4 buffers of 16 bytes held " + sent.length);
        }
        assertArrayEquals(sent, received.toByteArray());
    }

    private void receive(IoUring ring) throws IOException {
        ring.add(SubmissionEntry.RECV, conn, conn)
                .ioprio(SubmissionEntry.RECV_MULTISHOT)
                .bufferGroup(GROUP);
    }

    @Test
    void givenBackBuffersGoRoundAThousandTimes() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            var buffers = new BufferRing(ring, GROUP, 2, 8);
            receive(ring);
            for (int i = 0; i < 70_000; i++) { // the tail has 16 bits
                client.getOutputStream().write(i);
                Completion c = complete(ring);
                assertTrue(c.hasMore(), c::toString);
                byte data = buffers.received(c.bufferId(), c.result()).get(JAVA_BYTE, 0);
                assertEquals((byte) i, data);
                buffers.giveBack(c.bufferId());
                buffers.publish();
            }
        }
    }

    @Test
    void aMultishotReceiveEndsWithTheStream() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            var unused = new BufferRing(ring, GROUP, 2, 8);
            receive(ring);
            client.shutdownOutput();
            assertEquals(new Completion(conn, 0, false, -1), complete(ring));
        }
    }

    @Test
    void aMultishotAcceptCompletesWithEveryConnection() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            ring.add(SubmissionEntry.ACCEPT, listener, 1)
                    .ioprio(SubmissionEntry.ACCEPT_MULTISHOT)
                    .opFlags(SocketCalls.SOCK_CLOEXEC);
            for (int i = 0; i < 20; i++) {
                try (var another = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    Completion c = complete(ring);
                    assertTrue(c.hasMore());
                    assertEquals(
                            another.getLocalSocketAddress(), SocketCalls.getpeername(c.result()));
                    SocketCalls.close(c.result());
                }
            }
        }
    }

    @Test
    void aCanceledRequestCompletesAndSoDoesTheCancellation() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            var unused = new BufferRing(ring, GROUP, 2, 8);
            receive(ring);
            ring.submitAndWait(0);
            assertFalse(ring.completions().next());
            ring.add(SubmissionEntry.ASYNC_CANCEL, conn, -1)
                    .opFlags(SubmissionEntry.CANCEL_FD | SubmissionEntry.CANCEL_ALL);
            List<Completion> both = new ArrayList<>(complete(ring, 2));
            both.sort((a, b) -> Long.compare(a.userData(), b.userData()));
            assertEquals(new Completion(-1, 1, false, -1), both.get(0));
            assertEquals(new Completion(conn, -Errno.ECANCELED, false, -1), both.get(1));
        }
    }

    @Test
    void cancelingWhatIsNotThereIsAnError() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            ring.add(SubmissionEntry.ASYNC_CANCEL, -1, 1);
            assertEquals(-Errno.ENOENT, complete(ring).result());
        }
    }

    /** A request holds its descriptor's socket, whatever happens to the number. */
    @Test
    void aClosedDescriptorLeavesItsRequestAtWorkUntilThatIsCanceled() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            var unused = new BufferRing(ring, GROUP, 2, 8);
            receive(ring);
            ring.submitAndWait(0);
            SocketCalls.close(conn);
            client.setSoTimeout(100);
            assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
            ring.add(SubmissionEntry.ASYNC_CANCEL, -1, -1).opFlags(SubmissionEntry.CANCEL_ANY);
            complete(ring, 2);
            client.setSoTimeout(60_000);
            assertEquals(-1, client.getInputStream().read());
            conn = -1;
        }
    }

    @Test
    void aRequestOnADescriptorThatIsNotOpenIsAnErrorWithItsName() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            var group = new BufferRing(ring, GROUP, 2, 8);
            ring.add(SubmissionEntry.RECV, 1_000_000, 1).bufferGroup(GROUP);
            ring.submitAndWait(1);
            var queue = ring.completions();
            assertTrue(queue.next());
            var e = assertThrows(LinuxException.class, () -> queue.check("recv", 1_000_000));
            assertEquals("EBADF from recv on 1000000", e.getMessage());
            group.publish();
        }
    }

    @Test
    void aSendThatCompletesShortGoesOnWithTheRest() throws Exception {
        byte[] sent = new byte[32 << 20];
        new Random(1).nextBytes(sent);
        var reader = new FutureTask<>(() -> client.getInputStream().readNBytes(sent.length));
        int sends = 0;
        try (var ring = new IoUring(4, 8)) {
            MemorySegment rest = bytes(ring, sent);
            while (rest.byteSize() > 0) {
                ring.add(SubmissionEntry.SEND, conn, 1)
                        .buffer(rest)
                        .opFlags(SocketCalls.MSG_NOSIGNAL);
                Completion c = complete(ring);
                assertTrue(c.result() > 0, c::toString);
                rest = rest.asSlice(c.result());
                if (sends++ == 0) new Thread(reader).start();
            }
        }
        assertArrayEquals(sent, reader.get());
        assertTrue(sends > 1, "the kernel took 32 MB at once");
    }

    @Test
    void aSendToAConnectionThatIsGoneIsAnError() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
        try (var ring = new IoUring(4, 8)) {
            MemorySegment data = bytes(ring, (byte) 1);
            int result = 1;
            while (result > 0 || result == -Errno.ECONNRESET) {
                ring.add(SubmissionEntry.SEND, conn, 1)
                        .buffer(data)
                        .opFlags(SocketCalls.MSG_NOSIGNAL);
                result = complete(ring).result();
            }
            assertEquals(-Errno.EPIPE, result);
        }
    }

    @Test
    void aTimeoutCompletesWhenItsTimeIsOver() throws IOException {
        try (var ring = new IoUring(4, 8)) {
            MemorySegment time = ring.arena().allocateFrom(JAVA_LONG, 0, 20_000_000);
            long start = System.nanoTime();
            ring.add(SubmissionEntry.TIMEOUT, -1, 1).address(time, 1);
            assertEquals(-Errno.ETIME, complete(ring).result());
            assertTrue(System.nanoTime() - start >= 20_000_000);
        }
    }

    @Test
    void anEventFdEndsTheWaitFromAnotherThread() throws Exception {
        try (var ring = new IoUring(4, 8);
                var stop = new EventFd()) {
            ring.add(SubmissionEntry.POLL_ADD, stop.fd(), 1).opFlags(1);
            ring.submitAndWait(0);
            assertFalse(ring.completions().next());
            var other = new Thread(stop::signal);
            other.start();
            assertEquals(new Completion(1, 1, false, -1), complete(ring));
            other.join();
        }
    }

    @Test
    void anAccessAfterCloseIsAnException() throws IOException {
        var ring = new IoUring(4, 8);
        var buffers = new BufferRing(ring, GROUP, 2, 8);
        var received = buffers.received(0, 8);
        var entry = ring.add(SubmissionEntry.NOP, -1, 1);
        ring.close();
        ring.close(); // it remembers
        assertThrows(IllegalStateException.class, () -> ring.completions().next());
        assertThrows(IllegalStateException.class, () -> ring.completions().hasOverflowed());
        assertThrows(IllegalStateException.class, () -> ring.add(SubmissionEntry.NOP, -1, 1));
        assertThrows(IllegalStateException.class, () -> entry.opFlags(1));
        assertThrows(IllegalStateException.class, () -> ring.submitAndWait(1));
        assertThrows(IllegalStateException.class, () -> buffers.giveBack(0));
        assertThrows(IllegalStateException.class, buffers::publish);
        assertThrows(IllegalStateException.class, () -> received.get(JAVA_BYTE, 0));
    }

    @Test
    void anotherThreadCanNeitherUseNorCloseARing() throws Exception {
        try (var ring = new IoUring(4, 8)) {
            var buffers = new BufferRing(ring, GROUP, 2, 8);
            onAnotherThread(() -> {
                assertThrows(WrongThreadException.class, () -> ring.completions().next());
                assertThrows(
                        WrongThreadException.class, () -> ring.add(SubmissionEntry.NOP, -1, 1));
                assertThrows(WrongThreadException.class, () -> ring.submitAndWait(0));
                assertThrows(WrongThreadException.class, () -> buffers.giveBack(0));
                assertThrows(WrongThreadException.class, ring::close);
                return null;
            });
            ring.add(SubmissionEntry.NOP, -1, 7);
            assertEquals(7, complete(ring).userData());
        }
    }

    private static <T> T onAnotherThread(Callable<T> work) throws Exception {
        var task = new FutureTask<>(work);
        var thread = Thread.ofPlatform().start(task);
        thread.join();
        return task.get();
    }

    @Test
    void aVirtualThreadGetsNoRing() throws Exception {
        var task = new FutureTask<>(() -> new IoUring(4, 8));
        Thread.ofVirtual().start(task).join();
        assertEquals(
                IllegalStateException.class,
                assertThrows(Exception.class, task::get).getCause().getClass());
    }

    @Test
    void closingLeavesNoDescriptorAndNoMapping() throws IOException {
        long rings = count(openFiles(), "io_uring");
        long mappings = count(Files.lines(Path.of("/proc/self/maps")), "io_uring");
        long address;
        try (var ring = new IoUring(4, 8)) {
            var buffers = new BufferRing(ring, GROUP, 16, 1 << 20);
            address = buffers.received(15, 1).address();
            receive(ring);
            ring.add(SubmissionEntry.ACCEPT, listener, 1).ioprio(SubmissionEntry.ACCEPT_MULTISHOT);
            ring.submitAndWait(0);
            assertTrue(isMapped(address));
            assertEquals(rings + 1, count(openFiles(), "io_uring"));
            assertEquals(mappings + 2, count(Files.lines(Path.of("/proc/self/maps")), "io_uring"));
        }
        assertEquals(rings, count(openFiles(), "io_uring"));
        assertEquals(mappings, count(Files.lines(Path.of("/proc/self/maps")), "io_uring"));
        assertFalse(isMapped(address));
    }

    /** The kernel ends the requests of a closed ring later, unless they were canceled. */
    @Test
    void whenCloseReturnsNoRequestHoldsASocketAnyMore() {
        try (var program = new ScriptProcess(ScriptProcess.java(ClosedRings.class))) {
            assertEquals(0, program.exitCode(), program.toString());
            assertEquals(List.of("200 were open, 0 are left"), program.output());
        }
    }

    @Test
    void anEntryHasNothingOfTheOneBeforeInItsPlace() throws IOException {
        try (var ring = new IoUring(1, 8)) {
            ring.add(SubmissionEntry.ACCEPT, -1, 1)
                    .ioprio(SubmissionEntry.ACCEPT_MULTISHOT)
                    .opFlags(SocketCalls.SOCK_CLOEXEC);
            assertEquals(-Errno.EBADF, complete(ring).result());
            ring.add(SubmissionEntry.ACCEPT, listener, 2);
            try (var another = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Completion c = complete(ring);
                assertFalse(c.hasMore());
                assertEquals(another.getLocalSocketAddress(), SocketCalls.getpeername(c.result()));
                SocketCalls.close(c.result());
            }
        }
    }

    private static long count(Stream<String> lines, String part) {
        try (lines) {
            return lines.filter(line -> line.contains(part)).count();
        }
    }

    private static Stream<String> openFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                try {
                    names.add(Files.readSymbolicLink(file).toString());
                } catch (NoSuchFileException e) {
                    // It was the descriptor of the list itself, or another test's.
                }
            }
        }
        return names.stream();
    }

    private static boolean isMapped(long address) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("[- ]"))
                    .anyMatch(range ->
                            Long.parseUnsignedLong(range[0], 16) <= address
                                    && address < Long.parseUnsignedLong(range[1], 16));
        }
    }

    @Test
    void askingWhetherThereIsARingLeavesNone() throws IOException {
        long rings = count(openFiles(), "io_uring");
        for (int i = 0; i < 100; i++) IoUring.require();
        assertEquals(rings, count(openFiles(), "io_uring"));
    }

    @Test
    void refusesASizeThatTheKernelRefuses() {
        assertThrows(IllegalArgumentException.class, () -> new IoUring(0, 8));
        assertThrows(IllegalArgumentException.class, () -> new IoUring(8, 4));
        assertThrows(IllegalArgumentException.class, () -> new IoUring(1 << 16, 1 << 17));
    }

    @Test
    void saysInOneLineWhyThereIsNoRing() throws Exception {
        assertRefused(
                Errno.EPERM,
                "io_uring is switched off here \\(kernel\\.io_uring_disabled is \\w+; if that is"
                        + " 0, a container's seccomp profile forbids it\\)");
        assertRefused(
                Errno.ENOSYS,
                "this kernel has no io_uring, or a container's seccomp profile hides it");
        assertRefused(Errno.EINVAL, "io_uring needs Linux 6\\.1, and here is \\S+");
    }

    private static void assertRefused(int errno, String message) throws Exception {
        String said =
                onAnotherThread(() -> {
                    failIoUringSetup(errno);
                    return assertThrows(UnsupportedOperationException.class, IoUring::require)
                            .getMessage();
                });
        assertTrue(said.matches(message), said);
    }

    /**
     * Makes io_uring_setup fail in this thread and in no other, as the seccomp profile of a
     * container does, see <a
     * href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>.
     */
    @SuppressWarnings("restricted")
    private static void failIoUringSetup(int errno) {
        var linker = Linker.nativeLinker();
        var prctl =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("prctl"),
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            int[][] program = {
                {0x20, 0}, // load the number of the call
                {0x15 | 1 << 24, 425}, // if it is not io_uring_setup, skip one
                {0x06, 0x50000 | errno}, // fail with this error
                {0x06, 0x7fff0000}, // allow
            };
            MemorySegment filter = arena.allocate(8L * program.length, 8);
            for (int i = 0; i < program.length; i++) {
                filter.set(JAVA_SHORT, 8L * i, (short) program[i][0]);
                filter.set(JAVA_BYTE, 8L * i + 3, (byte) (program[i][0] >>> 24)); // jf
                filter.set(JAVA_INT, 8L * i + 4, program[i][1]);
            }
            MemorySegment fprog = arena.allocate(16, 8);
            fprog.set(JAVA_SHORT, 0, (short) program.length);
            fprog.set(ADDRESS, 8, filter);
            assertEquals(0, (int) prctl.invokeExact(38, 1L, MemorySegment.NULL, 0L, 0L));
            int result = (int) prctl.invokeExact(22, 2L, fprog, 0L, 0L);
            Assumptions.assumeTrue(result == 0, "no seccomp filter can be set here");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}

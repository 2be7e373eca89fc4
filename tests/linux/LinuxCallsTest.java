//JAVA 25+
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES SelectedDescriptors.java
//SOURCES ../../lib/linux/*.java
package tests.linux;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import linux.Epoll;
import linux.Errno;
import linux.EventFd;
import linux.Fcntl;
import linux.LinuxException;
import linux.PollSet;
import linux.Signals;
import linux.SocketCalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Linux's calls by the foreign function API: results, errors with their names, and waits. */
@EnabledOnOs(OS.LINUX)
class LinuxCallsTest {
    private final MemorySegment buffer = Arena.ofAuto().allocate(4096);
    private int listener;
    private Socket client;
    private int conn;

    public static void main(String... args) {
        TestRun.main(LinuxCallsTest.class);
    }

    @BeforeEach
    void connect() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        listener = SocketCalls.socket(loopback, SocketCalls.SOCK_STREAM);
        SocketCalls.bind(listener, new InetSocketAddress(loopback, 0));
        SocketCalls.listen(listener, 10);
        client = new Socket(loopback, SocketCalls.getsockname(listener).getPort());
        conn = SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK);
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        SocketCalls.close(conn);
        SocketCalls.close(listener);
    }

    private String received() throws IOException {
        int[] count = {0};
        await().until(() -> (count[0] = SocketCalls.recv(conn, buffer)) != -Errno.EAGAIN);
        byte[] bytes = buffer.asSlice(0, count[0]).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void receivesWhatWasSentThenWouldBlockThenSeesTheEnd() throws IOException {
        assertEquals(-Errno.EAGAIN, SocketCalls.recv(conn, buffer));
        send("hello");
        assertEquals("hello", received());
        client.shutdownOutput();
        assertEquals("", received());
    }

    @Test
    void sendsUntilTheBufferIsFullAndSaysHowMuchTheKernelTook() throws IOException {
        MemorySegment large = Arena.ofAuto().allocate(64 << 20);
        int first = SocketCalls.send(conn, large);
        assertTrue(0 < first && first < large.byteSize(), () -> first + " bytes at once");
        await().until(() -> SocketCalls.send(conn, large) == -Errno.EAGAIN);
    }

    @Test
    void namesBothAddresses() throws IOException {
        assertEquals(client.getLocalSocketAddress(), SocketCalls.getpeername(conn));
        assertEquals(client.getRemoteSocketAddress(), SocketCalls.getsockname(conn));
    }

    @Test
    void saysWhichErrorCameFromWhichCallOnWhichDescriptor() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
        await().until(this::isReset);
        var e = assertThrows(LinuxException.class, () -> SocketCalls.recv(1_000_000, buffer));
        assertEquals("EBADF from recv on 1000000", e.getMessage());
        assertEquals(Errno.EBADF, e.errno());
    }

    private boolean isReset() throws IOException {
        try {
            return SocketCalls.recv(conn, buffer) == 0;
        } catch (LinuxException e) {
            assertEquals("ECONNRESET from recv on " + conn, e.getMessage());
            return true;
        }
    }

    @Test
    void aSecondSendToAClosedConnectionIsAnExceptionAndNoSignal() throws IOException {
        client.close();
        await().until(() -> {
            try {
                SocketCalls.send(conn, buffer);
                return false;
            } catch (LinuxException e) {
                return e.errno() == Errno.EPIPE;
            }
        });
    }

    @Test
    void closingADescriptorTwiceIsAnError() throws IOException {
        var stop = new EventFd();
        stop.close();
        stop.close(); // it remembers
        stop.signal(); // and touches no other's descriptor
        var e = assertThrows(LinuxException.class, () -> SocketCalls.close(1_000_000));
        assertEquals("EBADF from close on 1000000", e.getMessage());
    }

    @Test
    void changesAndShowsTheFlagsOfADescriptor() throws IOException {
        assertTrue((Fcntl.flags(conn) & Fcntl.O_NONBLOCK) != 0);
        Fcntl.setFlags(conn, 0);
        assertEquals(0, Fcntl.flags(conn) & Fcntl.O_NONBLOCK);
    }

    @Test
    void epollReportsALevelAgainAndAnEdgeOnce() throws IOException {
        try (var level = new Epoll(8);
                var edge = new Epoll(8)) {
            level.add(conn, Epoll.EPOLLIN);
            edge.add(conn, Epoll.EPOLLIN | Epoll.EPOLLET);
            assertEquals(0, level.await(0));
            send("x");
            assertEquals(1, level.await(60_000));
            assertEquals(conn, level.readyFd(0));
            assertEquals(Epoll.EPOLLIN, level.readyEvents(0));
            assertEquals(1, level.await(0));
            assertEquals(1, edge.await(60_000));
            assertEquals(0, edge.await(0));
            level.modify(conn, 0);
            assertEquals(0, level.await(0));
            level.remove(conn);
            var e = assertThrows(LinuxException.class, () -> level.remove(conn));
            assertEquals("ENOENT from epoll_ctl on " + conn, e.getMessage());
        }
    }

    @Test
    void epollReportsWhatDidNotFitWithTheNextWait() throws IOException {
        try (var epoll = new Epoll(1);
                var first = new EventFd();
                var second = new EventFd()) {
            for (EventFd fd : new EventFd[] {first, second}) {
                epoll.add(fd.fd(), Epoll.EPOLLIN | Epoll.EPOLLET);
                fd.signal();
            }
            assertEquals(1, epoll.await(0));
            int ready = epoll.readyFd(0);
            assertEquals(1, epoll.await(0));
            assertEquals(first.fd() + second.fd(), ready + epoll.readyFd(0));
        }
    }

    @Test
    void pollMarksTheReadyDescriptorsOfAGrowingSet() throws IOException {
        var set = new PollSet();
        for (int i = 0; i < 100; i++) set.add(listener, PollSet.POLLIN);
        set.add(conn, PollSet.POLLIN);
        assertEquals(0, set.await(0));
        send("x");
        assertEquals(1, set.await(60_000));
        assertEquals(100, set.indexOf(conn));
        assertEquals(PollSet.POLLIN, set.readyEvents(100));
        set.remove(0);
        assertEquals(100, set.size());
        assertEquals(conn, set.fd(0));
        set.events(0, (short) 0);
        assertEquals(0, set.await(0));
        assertThrows(IllegalArgumentException.class, () -> set.indexOf(-1));
    }

    @Test
    void selectLeavesTheReadyDescriptorsInTheSet() {
        try (var program = new ScriptProcess(ScriptProcess.java(SelectedDescriptors.class))) {
            assertEquals(0, program.exitCode(), program.toString());
            assertEquals(
                    List.of(
                            "1 of two is ready",
                            "in the set: silent false, signaled true",
                            "0 of one is ready",
                            "in the set: silent false, signaled false",
                            "descriptor 1024 does not fit into a set of 1024"),
                    program.output());
        }
    }

    @Test
    void anEventFdEndsAWaitFromAnotherThread() throws Exception {
        try (var epoll = new Epoll(1);
                var stop = new EventFd()) {
            epoll.add(stop.fd(), Epoll.EPOLLIN);
            var waiting = new Thread(stop::signal);
            waiting.start();
            assertEquals(1, epoll.await(60_000));
            assertEquals(1, epoll.await(0));
            stop.clear();
            assertEquals(0, epoll.await(0));
            waiting.join();
        }
    }

    @Test
    void aBlockedSignalTellsWhichDescriptorIsReadyForWhat() throws Exception {
        int[] seen = new int[3];
        var thread =
                Thread.ofPlatform()
                        .start(() -> {
                            int signal = Signals.sigrtmin();
                            try (var signals = new Signals(signal, Signals.SIGIO)) {
                                Fcntl.setOwner(conn, Signals.gettid());
                                Fcntl.setSignal(conn, signal);
                                Fcntl.setFlags(conn, Fcntl.O_NONBLOCK | Fcntl.O_ASYNC);
                                seen[0] = signals.await(1);
                                send("x");
                                seen[1] = signals.await(60_000) - signal;
                                seen[2] = signals.readyFd();
                                // A signal that came when the thread ends would end the JVM.
                                Fcntl.setFlags(conn, Fcntl.O_NONBLOCK);
                            } catch (IOException e) {
                                seen[0] = -1;
                            }
                        });
        thread.join();
        assertEquals(0, seen[0]);
        assertEquals(0, seen[1]);
        assertEquals(conn, seen[2]);
    }
}

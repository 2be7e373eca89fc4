//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//SOURCES ../aio/ConnectEvent.java ../aio/EventLoop.java ../aio/ReadIntoEvent.java
//SOURCES ../aio/SleepEvent.java ../aio/WriteEvent.java LoadOrder.java LoadResult.java
package measure;

import static aio.EventLoop.await;

import module java.base;

import aio.ConnectEvent;
import aio.EventLoop;
import aio.Future;
import aio.ReadIntoEvent;
import aio.SleepEvent;
import aio.Task;
import aio.WriteEvent;

import com.sun.management.OperatingSystemMXBean;

import org.HdrHistogram.Histogram;

import java.lang.management.ManagementFactory;

/**
 * A load on a server of this machine, made by many clients on one loop, in a process of its own.
 *
 * <p>Without a rate each client sends its next request as soon as it has its answer, which finds
 * out how many the server can handle. With a rate the requests are due at fixed times, whether the
 * server keeps up or not, and a latency counts from the time when its request was due, not from
 * when a client was free to send it. Otherwise a server that stalls would get fewer requests, and
 * look good (coordinated omission).
 */
public final class Load {
    private static final int ADDRESSES = System.getProperty("os.name").equals("Linux") ? 200 : 1;
    private static final int BUFFER = 64 * 1024;

    /** How long it waits for the last answers; a request without an answer by then has failed. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static int connections;

    private final LoadOrder order;
    private final InetSocketAddress server;
    private final byte[] request;
    private final ArrayDeque<Future<Long>> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> due = new ArrayDeque<>();
    private final Histogram latencies = new Histogram(3);
    private long failures;
    private long end;

    private Load(LoadOrder order) {
        this.order = order;
        server = new InetSocketAddress("localhost", order.port());
        request = order.request().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a {@link LoadOrder} from each line of its standard input, makes that load, and prints a
     * line with its {@link LoadResult}.
     */
    public static void main() throws Exception {
        for (String line = IO.readln(); line != null; line = IO.readln())
            IO.println(new Load(LoadOrder.parse(line)).run().line());
    }

    private LoadResult run() throws Exception {
        long start = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        end = start + (long) (order.seconds() * 1e9);
        try (var loop = new EventLoop()) {
            List<Task<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < order.clients(); i++)
                tasks.add(loop.createTask("client " + i, this::client));
            if (order.rate() > 0) tasks.add(loop.createTask("clock", () -> tick(start)));
            Duration longest = Duration.ofMillis((long) (order.seconds() * 1e3)).plus(GRACE);
            loop.runUntilComplete(() -> EventLoop.waitFor(loop.gather(tasks), longest));
        } catch (TimeoutException e) {
            failures++;
        }
        double took = (System.nanoTime() - start) / 1e9;
        double busy = (SYSTEM.getProcessCpuTime() - cpu) / 1e9 / took;
        return LoadResult.of(latencies, failures, took, busy);
    }

    /** Hands out the requests that are due. It never sleeps, because a sleep may end late. */
    private void tick(long start) throws Exception {
        double rate = order.rate();
        for (long n = 0; System.nanoTime() < end; await(new SleepEvent(Duration.ZERO))) {
            for (long now = System.nanoTime(); start + (long) (n * 1e9 / rate) <= now; n++) {
                long time = start + (long) (n * 1e9 / rate);
                if (idle.isEmpty()) due.add(time);
                else idle.poll().setResult(time);
            }
        }
        for (Future<Long> waiting : idle) waiting.setResult(-1L);
        idle.clear();
    }

    private void client() throws Exception {
        var buffer = ByteBuffer.allocateDirect(BUFFER);
        var connection = new Connection();
        try {
            while (System.nanoTime() < end) {
                long from = order.rate() > 0 ? nextDue() : System.nanoTime();
                if (from < 0) return;
                try {
                    if (order.keepsAlive()) connection.ask(buffer);
                    else askOnce(buffer);
                    latencies.recordValue(System.nanoTime() - from);
                } catch (IOException e) {
                    failures++;
                    connection.close();
                }
            }
        } finally {
            connection.close();
        }
    }

    private long nextDue() throws Exception {
        if (!due.isEmpty()) return due.poll();
        if (System.nanoTime() >= end) return -1;
        var turn = new Future<Long>();
        idle.add(turn);
        return await(turn);
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (ADDRESSES > 1) channel.bind(nextAddress());
            return await(new ConnectEvent(channel, server));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * The side that closes first keeps its port for a minute (TIME_WAIT). A load that opens
     * thousands of connections a second would run out of ports, so it uses many addresses of the
     * loopback network.
     */
    private SocketAddress nextAddress() throws IOException {
        byte[] address = {127, 0, 0, (byte) (1 + connections++ % ADDRESSES)};
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    /** Sends the request, ends its side, and reads until the server ends its own. */
    private void askOnce(ByteBuffer buffer) throws IOException {
        try (var channel = connect()) {
            await(new WriteEvent(channel, ByteBuffer.wrap(request)));
            if (!order.keepsAlive()) channel.shutdownOutput();
            int count;
            do {
                count = await(new ReadIntoEvent(channel, buffer.clear()));
            } while (count >= 0);
        }
    }

    /** A connection that is used for many requests; each answer is as long as the first. */
    private final class Connection {
        private SocketChannel channel;
        private int length;

        void ask(ByteBuffer buffer) throws IOException {
            if (channel == null) channel = connect();
            await(new WriteEvent(channel, ByteBuffer.wrap(request)));
            int got = 0;
            do {
                int count = await(new ReadIntoEvent(channel, buffer.clear()));
                if (count < 0) throw new IOException("the server has closed");
                got += count;
            } while (got < length);
            length = got;
        }

        void close() throws IOException {
            if (channel != null) channel.close();
            channel = null;
        }
    }
}

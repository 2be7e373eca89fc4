package aio.http;

import module java.base;

/**
 * The limits that a server sets its clients. Each number is positive and each time at least a
 * millisecond; otherwise the constructor throws {@code IllegalArgumentException}. Start from {@link
 * #DEFAULT}, which suits a server of small pages on the public internet.
 *
 * @param sizes the sizes of one message
 * @param times the times after which a connection ends
 * @param connections how many connections at once; the others wait in the kernel's queue
 * @param pipelined how many answers to pipelined requests may be collected for one write
 * @param allContents bytes of the content of all requests that are being read or handled; a request
 *     above it is answered with 503
 */
public record Limits(Sizes sizes, Times times, int connections, int pipelined, long allContents) {
    /**
     * A request line of 8 KiB, 100 header fields of 32 KiB together, content of 1 MiB; 10 s for a
     * head, 60 s for content, 75 s idle, 30 s without the client taking a byte; 10,000 connections,
     * 64 collected answers, 64 MiB of content for all requests together.
     */
    public static final Limits DEFAULT =
            new Limits(
                    new Sizes(8 * 1024, 32 * 1024, 100, 1024 * 1024),
                    new Times(seconds(10), seconds(60), seconds(75), seconds(30)),
                    10_000,
                    64,
                    64 * 1024 * 1024);

    public Limits {
        checkPositive("connections", connections);
        checkPositive("pipelined", pipelined);
        checkPositive("allContents", allContents);
    }

    /**
     * The sizes of one message, of a server or a client.
     *
     * @param startLine bytes of the request line; above it 414
     * @param headerBytes bytes of all header fields, and again of all trailers; above it 431
     * @param headerCount how many header fields; above it 431
     * @param body bytes of the content; above it 413
     */
    public record Sizes(int startLine, int headerBytes, int headerCount, int body) {
        public Sizes {
            checkPositive("startLine", startLine);
            checkPositive("headerBytes", headerBytes);
            checkPositive("headerCount", headerCount);
            checkPositive("body", body);
        }
    }

    /**
     * The times after which a connection ends, of any length that a {@code Duration} can have.
     *
     * @param header for the head of a request, counted from its first byte; then 408
     * @param body for the content of a request, counted from the end of its head; then 408
     * @param idle without a request
     * @param write without the client taking a byte of its answer
     */
    public record Times(Duration header, Duration body, Duration idle, Duration write) {
        public Times {
            checkPositive("header", header);
            checkPositive("body", body);
            checkPositive("idle", idle);
            checkPositive("write", write);
        }
    }

    /** Returns these limits with other sizes. */
    public Limits withSizes(int startLine, int headerBytes, int headerCount, int body) {
        var other = new Sizes(startLine, headerBytes, headerCount, body);
        return new Limits(other, times, connections, pipelined, allContents);
    }

    /** Returns these limits with other times. */
    public Limits withTimes(Duration header, Duration body, Duration idle, Duration write) {
        var other = new Times(header, body, idle, write);
        return new Limits(sizes, other, connections, pipelined, allContents);
    }

    /** Returns these limits with other numbers of connections and of collected answers. */
    public Limits withConnections(int connections, int pipelined) {
        return new Limits(sizes, times, connections, pipelined, allContents);
    }

    /** Returns these limits with another one for the content of all requests together. */
    public Limits withAllContents(long bytes) {
        return new Limits(sizes, times, connections, pipelined, bytes);
    }

    private static void checkPositive(String name, long number) {
        if (number > 0) return;
        throw new IllegalArgumentException(name + " must be positive, not " + number);
    }

    private static void checkPositive(String name, Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) >= 0) return;
        throw new IllegalArgumentException(name + " must be a millisecond or longer, not " + time);
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}

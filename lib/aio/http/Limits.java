package aio.http;

import module java.base;

/**
 * What a server allows its clients; each number is positive and each time a millisecond or longer,
 * else {@code IllegalArgumentException}. Start from {@link #DEFAULT}, which suits a server of small
 * pages on the open net.
 *
 * @param connections how many at once; above it the rest wait in the kernel's queue
 * @param pipelined how many answers to pipelined requests may be held back, to be sent in one write
 * @param allContents bytes of the contents of all requests that are read or handled; above it 503
 */
public record Limits(Sizes sizes, Times times, int connections, int pipelined, long allContents) {
    /**
     * 8 KiB, 32 KiB, 100 fields, 1 MiB; 10 s, 60 s, 75 s, 30 s; 10,000 connections, 64 answers, 64
     * MiB.
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
     * Of a message, a server's or a client's.
     *
     * @param startLine bytes of the request line; above it 414
     * @param headerBytes bytes of the header fields together (and of the trailers); above it 431
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
     * After which a connection ends. They may be as long as a {@code Duration} can be.
     *
     * @param header for a head, from its first byte on; then 408
     * @param body for a body, after its head; then 408
     * @param idle without a request
     * @param write in which the client takes nothing of its answer
     */
    public record Times(Duration header, Duration body, Duration idle, Duration write) {
        public Times {
            checkPositive("header", header);
            checkPositive("body", body);
            checkPositive("idle", idle);
            checkPositive("write", write);
        }
    }

    /** Returns these limits with others for the size of a message. */
    public Limits withSizes(int startLine, int headerBytes, int headerCount, int body) {
        var other = new Sizes(startLine, headerBytes, headerCount, body);
        return new Limits(other, times, connections, pipelined, allContents);
    }

    /** Returns these limits with other times. */
    public Limits withTimes(Duration header, Duration body, Duration idle, Duration write) {
        var other = new Times(header, body, idle, write);
        return new Limits(sizes, other, connections, pipelined, allContents);
    }

    /** Returns these limits with others for connections, and for answers held back on each. */
    public Limits withConnections(int connections, int pipelined) {
        return new Limits(sizes, times, connections, pipelined, allContents);
    }

    /** Returns these limits with another for the contents of all requests together. */
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

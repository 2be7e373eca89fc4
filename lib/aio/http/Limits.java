package aio.http;

import java.time.Duration;

/**
 * What a server or a client allows the other side. Start from {@link #DEFAULT}, which suits a
 * server of small pages on the open net.
 *
 * @param startLine bytes of the request line; above it 414
 * @param headerBytes bytes of the header fields together (and of the trailers); above it 431
 * @param headerCount how many header fields; above it 431
 * @param body bytes of the content; above it 413
 * @param headerTime how long a head may take from its first byte on; then 408
 * @param bodyTime how long a body may take after its head; then 408
 * @param idleTime how long a connection may wait for a request; then it is closed
 * @param writeTime how long a client may take nothing of its answer; then the connection is closed
 * @param connections how many at once; above it the rest wait in the kernel's queue
 * @param pipelined how many answers to pipelined requests may be held back, to be sent in one write
 */
public record Limits(
        int startLine,
        int headerBytes,
        int headerCount,
        int body,
        Duration headerTime,
        Duration bodyTime,
        Duration idleTime,
        Duration writeTime,
        int connections,
        int pipelined) {

    /** 8 KiB, 32 KiB, 100 fields, 1 MiB, 10 s, 60 s, 75 s, 30 s, 10,000 connections, 64 answers. */
    public static final Limits DEFAULT =
            new Limits(
                    8 * 1024,
                    32 * 1024,
                    100,
                    1024 * 1024,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(30),
                    10_000,
                    64);

    /** Returns these limits with others for the size of a message, in bytes and fields. */
    public Limits withSizes(int startLine, int headerBytes, int headerCount, int body) {
        return new Limits(
                startLine,
                headerBytes,
                headerCount,
                body,
                headerTime,
                bodyTime,
                idleTime,
                writeTime,
                connections,
                pipelined);
    }

    /** Returns these limits with other times. */
    public Limits withTimes(Duration header, Duration body, Duration idle, Duration write) {
        return new Limits(
                startLine,
                headerBytes,
                headerCount,
                this.body,
                header,
                body,
                idle,
                write,
                connections,
                pipelined);
    }

    /** Returns these limits with others for connections, and for answers held back on each. */
    public Limits withConnections(int connections, int pipelined) {
        return new Limits(
                startLine,
                headerBytes,
                headerCount,
                body,
                headerTime,
                bodyTime,
                idleTime,
                writeTime,
                connections,
                pipelined);
    }
}

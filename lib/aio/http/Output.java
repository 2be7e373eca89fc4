package aio.http;

import module java.base;

/** Bytes in an array that grows. For one thread. */
class Output {
    /** The longest array that {@link #clear} keeps. */
    private static final int KEPT = 4 * 1024;

    private byte[] bytes = new byte[512];
    private int size;

    int size() {
        return size;
    }

    Output append(String latin1) {
        return append(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    Output append(byte[] more) {
        return append(more, 0, more.length);
    }

    Output append(byte[] more, int from, int count) {
        if (count > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), 2 * bytes.length));
        }
        System.arraycopy(more, from, bytes, size, count);
        size += count;
        return this;
    }

    Output appendDecimal(long number) {
        if (number >= 10) appendDecimal(number / 10);
        if (size == bytes.length) bytes = Arrays.copyOf(bytes, 2 * size);
        bytes[size++] = (byte) ('0' + number % 10);
        return this;
    }

    /** Returns a view of the bytes, valid until the next change. */
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Removes the first bytes. */
    void drop(int count) {
        size -= count;
        System.arraycopy(bytes, count, bytes, 0, size);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void clear() {
        size = 0;
        if (bytes.length > KEPT) bytes = new byte[512];
    }
}

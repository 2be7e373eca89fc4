package aio.http;

import module java.base;

/** Bytes in an array that grows. For one thread. */
class Output {
    private static final byte[] NOTHING = {};
    private static final int LONGEST_FIRST = 4 * 1024;

    private byte[] bytes = NOTHING;

    /** How long the next array is at first: as long as the last one became. */
    private int first = 512;

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
        ensureRoomFor(count);
        System.arraycopy(more, from, bytes, size, count);
        size += count;
        return this;
    }

    Output appendDecimal(long number) {
        if (number >= 10) appendDecimal(number / 10);
        ensureRoomFor(1);
        bytes[size++] = (byte) ('0' + number % 10);
        return this;
    }

    private void ensureRoomFor(int count) {
        if (count <= bytes.length - size) return;
        int least = Math.max(first, Math.addExact(size, count));
        bytes = Arrays.copyOf(bytes, Math.max(least, 2 * bytes.length));
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

    /** Removes all bytes, and keeps no memory. */
    void clear() {
        size = 0;
        if (bytes.length > 0 && bytes.length <= LONGEST_FIRST) first = bytes.length;
        bytes = NOTHING;
    }
}

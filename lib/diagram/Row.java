package diagram;

/**
 * One row of a sequence diagram: an arrow from one lifeline to another, or a note at one of them.
 *
 * @param from the number of the lifeline where the arrow starts; the loop's is 0
 * @param to the number of the lifeline where it ends; that of {@code from} for a note
 * @param kind what it means
 * @param label the words at the arrow
 * @param running the number of the lifeline that runs after this row
 * @param sentence the same as one sentence, for people who don't see the picture
 */
record Row(int from, int to, Kind kind, String label, int running, String sentence) {
    /** What a row means. */
    enum Kind {
        /** One does something to another: solid. */
        CALL,
        /** A task gives control back to the loop, and waits: dashed. */
        WAIT,
        /** A task gives control back to the loop, and has ended: dashed. */
        END,
        /** Words at a lifeline, without an arrow. */
        NOTE
    }

    boolean isDashed() {
        return kind == Kind.WAIT || kind == Kind.END;
    }

    int left() {
        return Math.min(from, to);
    }

    int right() {
        return Math.max(from, to);
    }
}

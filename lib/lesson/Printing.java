//SOURCES Protocol.java ../script/NetworkText.java
package lesson;

import script.NetworkText;

import java.lang.foreign.MemorySegment;

/** Prints what a client sends, as it arrives, and answers nothing. */
public final class Printing implements Protocol {
    private final NetworkText text = new NetworkText();

    /** Begins with the first byte of a connection. */
    public Printing() {}

    @Override
    public void received(MemorySegment data) {
        print(text.decode(data.asByteBuffer()));
    }

    @Override
    public MemorySegment next() {
        return null;
    }

    @Override
    public void sent() {}

    @Override
    public void ended() {
        print(text.end());
    }

    @Override
    public boolean isOver() {
        return false;
    }

    private static void print(String received) {
        if (!received.isEmpty()) IO.println(received);
    }
}

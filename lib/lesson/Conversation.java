//SOURCES Protocol.java
package lesson;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The conversation of {@code aio_callback_server}, which prints a line at each of its steps. */
public final class Conversation implements Protocol {
    private static final MemorySegment OK =
            Arena.global().allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {'o', 'k'});

    private boolean answers;
    private boolean written;
    private boolean more;
    private boolean over;

    /** Begins one with a client that has connected. */
    public Conversation() {
        IO.println("Accept ...");
    }

    @Override
    public void received(MemorySegment data) {
        if (answers) succeed();
        else IO.println("Connect ...");
        answers = true;
    }

    @Override
    public MemorySegment next() {
        return answers && !written ? OK : null;
    }

    @Override
    public void sent() {
        IO.println("Write ...");
        written = true;
        if (more) succeed();
    }

    @Override
    public void ended() {
        if (answers) succeed();
    }

    /** The second message, or the end of the stream, may come before the answer has been sent. */
    private void succeed() {
        more = true;
        if (!written || over) return;
        IO.println("Success ...");
        over = true;
    }

    @Override
    public boolean isOver() {
        return over;
    }
}

//SOURCES ../aio/EventLoop.java Interaction.java Picture.java Steps.java SvgDrawing.java
//SOURCES TextDrawing.java
package diagram;

import module java.base;

import aio.EventLoop;
import aio.Task;

/**
 * What an event loop did while it ran a piece of code, as a UML sequence diagram: a lifeline for
 * the loop and for each task; time goes down, one row a step, not to scale. Solid arrows show who
 * runs, makes or wakes whom, dashed ones where a task gives control back to the loop, to wait or
 * because it has ended.
 *
 * {@snippet :
 * SequenceDiagram.of(() -> await(new SleepEvent(Duration.ofMillis(20))))
 * }
 *
 * As the value of a cell it's a picture in the book and in Jupyter. In JShell and as a string it's
 * drawn with ASCII characters.
 */
public final class SequenceDiagram implements Picture {
    private final Interaction interaction;

    private SequenceDiagram(Interaction interaction) {
        this.interaction = interaction;
    }

    /**
     * Runs a coroutine on a loop of its own, as a task called {@code main}, and then closes the
     * loop, which cancels the tasks that are left. The diagram shows all of that. It has room for
     * 12 tasks and 100 steps. A failure, also of {@code body}, is shown and not thrown.
     *
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the calling thread runs a loop
     */
    public static SequenceDiagram of(EventLoop.Body body) throws InterruptedException {
        var steps = new Steps();
        try (var loop = new EventLoop()) {
            loop.setExceptionHandler((message, error) -> {}); // the diagram shows it
            loop.setObserver(steps);
            Task<Void> main = loop.createTask("main", body);
            main.addDoneCallback(done -> loop.stop());
            loop.runForever();
            steps.closing();
        }
        if (Thread.interrupted()) throw new InterruptedException("the loop was interrupted");
        return new SequenceDiagram(steps.interaction());
    }

    @Override
    public String svg() {
        return SvgDrawing.of(interaction);
    }

    /** Returns the diagram in ASCII characters: {@code #} is who runs, {@code |} who waits. */
    @Override
    public String toString() {
        return TextDrawing.of(interaction);
    }
}

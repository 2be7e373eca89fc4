//SOURCES ../aio/CancelledError.java ../aio/Future.java ../aio/LoopStep.java ../aio/Task.java
package diagram;

import module java.base;

import aio.CancelledError;
import aio.Future;
import aio.LoopStep;
import aio.Task;

/** Words for the rows of a diagram. */
final class Labels {
    private static final int LONGEST = 40;

    private Labels() {}

    /** How a task ends: with a result if there is no failure. */
    static String end(Throwable failure) {
        if (failure == null) return "returns";
        if (failure instanceof CancelledError || failure instanceof CancellationException)
            return "ends: canceled";
        String name = "fails: " + failure.getClass().getSimpleName();
        String withMessage = name + ": " + failure.getMessage();
        // A long label would make the picture wider than most pages.
        boolean isShort = failure.getMessage() != null && withMessage.length() <= LONGEST;
        return isShort ? withMessage : name;
    }

    /** Why a task is resumed whose channel is ready for these operations. */
    static String ready(int operations) {
        if ((operations & SelectionKey.OP_ACCEPT) != 0) return "a client is there";
        if ((operations & SelectionKey.OP_CONNECT) != 0) return "it is connected";
        boolean input = (operations & SelectionKey.OP_READ) != 0;
        return input ? "input is there" : "there is room for output";
    }

    /** What kind of callback the loop runs. */
    static String callback(Object callback) {
        if (LoopStep.timer(callback) != null) return "a timer's callback";
        Future<?> done = LoopStep.future(callback);
        return done instanceof Task<?> task ? "callbacks of " + task.name() : "a callback";
    }

    /** Why a task is resumed that awaits this; empty if it isn't a future that is complete. */
    static String complete(Object on) {
        if (!(on instanceof Future<?> future) || !future.isDone()) return "";
        return on instanceof Task<?> task ? task.name() + " has ended" : "the future is complete";
    }
}

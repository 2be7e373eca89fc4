package aio;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * What the loop tells JDK Flight Recorder: {@code jcmd PID JFR.start} shows it, as any recording
 * does, whenever it is started.
 *
 * <p>The first use of an event class costs more than 100 ms, so none is touched until a recorder
 * exists; until then each call here is one field read.
 */
final class LoopEvents {
    private LoopEvents() {}

    static void started(Task<?> task) {
        if (FlightRecorder.isInitialized()) {
            commit(new Started(), task);
        }
    }

    static void resumed(Task<?> task) {
        if (FlightRecorder.isInitialized()) {
            commit(new Resumed(), task);
        }
    }

    static void suspended(Task<?> task, Object on) {
        if (FlightRecorder.isInitialized()) {
            var event = new Suspended();
            if (event.isEnabled()) {
                event.on = String.valueOf(on);
                commit(event, task);
            }
        }
    }

    static void finished(Task<?> task, Throwable error) {
        if (FlightRecorder.isInitialized()) {
            var event = new Finished();
            event.error = error == null ? null : error.toString();
            commit(event, task);
        }
    }

    /** Begins a wait in select; null when nobody records. */
    static Select selecting() {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        var event = new Select();
        event.begin();
        return event;
    }

    private static void commit(TaskEvent event, Task<?> task) {
        event.task = task.name();
        event.commit();
    }

    @Category("aio")
    @StackTrace(false)
    abstract static class TaskEvent extends jdk.jfr.Event {
        @Label("Task")
        String task;
    }

    @Name("aio.TaskStarted")
    @Label("Task Started")
    static final class Started extends TaskEvent {}

    @Name("aio.TaskResumed")
    @Label("Task Resumed")
    static final class Resumed extends TaskEvent {}

    @Name("aio.TaskSuspended")
    @Label("Task Suspended")
    static final class Suspended extends TaskEvent {
        @Label("On")
        @Description("The event or future that the task waits for")
        String on;
    }

    @Name("aio.TaskFinished")
    @Label("Task Finished")
    static final class Finished extends TaskEvent {
        @Label("Error")
        @Description("What it failed with, or empty")
        String error;
    }

    @Name("aio.Select")
    @Label("Select")
    @Category("aio")
    @StackTrace(false)
    @Description("The loop has nothing to run and waits for channels, timers or other threads")
    static final class Select extends jdk.jfr.Event {
        @Label("Ready")
        @Description("How many channels were ready")
        int ready;
    }
}

package aio;

import module jdk.jfr;

/**
 * The loop's events for JDK Flight Recorder. They appear in every recording, whenever it is
 * started. The first use of an event class takes more than 100 ms, so none is used before a
 * recorder exists; until then each call here reads one field.
 */
final class LoopEvents {
    private LoopEvents() {}

    /** Records that a task was started, resumed, suspended on or finished with {@code detail}. */
    static void task(String task, String state, Object detail) {
        if (FlightRecorder.isInitialized()) {
            var event = new TaskEvent();
            if (event.isEnabled()) {
                event.task = task;
                event.state = state;
                event.detail = detail == null ? null : detail.toString();
                event.commit();
            }
        }
    }

    /** Starts the event of a wait in select, to be committed after it; null if none is recorded. */
    static SelectEvent select() {
        if (!FlightRecorder.isInitialized()) return null;
        var event = new SelectEvent();
        event.begin();
        return event;
    }

    @Name("aio.Task")
    @Category("aio")
    @Description("A task was started, resumed, suspended or finished")
    @StackTrace(false)
    static final class TaskEvent extends jdk.jfr.Event {
        String task;
        String state;

        @Description("What it is suspended on, or the error it finished with")
        String detail;
    }

    @Name("aio.Select")
    @Category("aio")
    @Description("The loop waits for channels, timers and other threads")
    @StackTrace(false)
    static final class SelectEvent extends jdk.jfr.Event {}
}

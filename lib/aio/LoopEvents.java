package aio;

import module jdk.jfr;

/**
 * What the loop tells JDK Flight Recorder, in any recording and whenever it is started. The first
 * use of an event class costs more than 100 ms, so none is touched before a recorder exists; until
 * then each call here is one field read.
 */
final class LoopEvents {
    private LoopEvents() {}

    /** A task was started, resumed, suspended (on {@code detail}) or finished (with it). */
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

    /** Begins a wait in select, to be committed after it; null when nobody records. */
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

//SOURCES Awaited.java Coroutine.java EventLoop.java EventLoopsMXBean.java Task.java
package aio;

import module java.base;

/**
 * Shows another process what the loops of this JVM have in hand. Nothing here runs, and this class
 * isn't even loaded, until somebody asks. Then {@code ./jbang tasks} starts the JVM's own
 * management agent through the Attach API, and lets it make an object of this class ({@code
 * javax.management.MBeanServerConnection.createMBean}); for that, the class and its constructor are
 * public.
 */
public final class EventLoops implements EventLoopsMXBean {
    private static final long PATIENCE_NANOS = 1_000_000_000;

    /** How often to try to copy the tasks of a loop that doesn't answer, and so may change them. */
    private static final int ATTEMPTS = 10;

    /** Makes the object that the management agent calls. */
    public EventLoops() {}

    /**
     * What is read in one go, on the loop. Everything that takes longer is found out afterwards, on
     * another thread, while the loop goes on.
     */
    private record View(int ready, int timers, List<Seen> tasks) {
        static View of(EventLoop loop) {
            List<Seen> tasks = new ArrayList<>(loop.tasks.size());
            for (Task<?> task : loop.tasks)
                tasks.add(new Seen(task, task.state(), task.waitingFor(), task.since()));
            return new View(loop.readyCallbacks(), loop.pendingTimers(), tasks);
        }
    }

    private record Seen(Task<?> task, String state, Object waitingFor, long since) {
        boolean runs() {
            return state.equals("runs");
        }
    }

    @Override
    public List<Loop> snapshot() {
        Map<EventLoop, CompletableFuture<View>> answers = new LinkedHashMap<>();
        for (EventLoop loop : EventLoop.RUNNING) {
            var answer = new CompletableFuture<View>();
            answers.put(loop, answer);
            loop.callSoonThreadsafe(() -> answer.complete(View.of(loop)));
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        List<Loop> loops = new ArrayList<>();
        answers.forEach((loop, answer) -> {
            View view = answer(answer, end - System.nanoTime());
            Thread thread = loop.thread();
            if (thread == null) return; // it has ended meanwhile
            loops.add(view == null ? busy(loop, thread) : answering(thread, view));
        });
        loops.sort(Comparator.comparing(Loop::thread));
        return loops;
    }

    /** Returns the answer; null if there is none within this time. */
    private static View answer(CompletableFuture<View> answer, long nanos) {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static Loop answering(Thread thread, View view) {
        List<Entry> tasks = view.tasks().stream().map(EventLoops::entry).toList();
        return new Loop(thread.threadId(), true, "", List.of(), view.ready(), view.timers(), tasks);
    }

    /**
     * Looks at a loop that doesn't answer from this thread, which may see less than is there. The
     * loop itself changes nothing meanwhile, but the code that keeps it busy may.
     */
    private static Loop busy(EventLoop loop, Thread thread) {
        View view = new View(0, 0, List.of());
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                view = View.of(loop);
                break;
            } catch (RuntimeException e) {
                Thread.onSpinWait(); // it has just changed: look again
            }
        }
        var running = view.tasks().stream().filter(Seen::runs).map(Seen::task).findFirst();
        StackTraceElement[] stack = running.map(Task::stackTrace).orElseGet(thread::getStackTrace);
        return new Loop(
                thread.threadId(),
                false,
                running.map(Task::name).orElse(""),
                Stream.of(stack).map(StackTraceElement::toString).toList(),
                view.ready(),
                view.timers(),
                view.tasks().stream().map(EventLoops::entry).toList());
    }

    private static Entry entry(Seen seen) {
        Task<?> task = seen.task();
        boolean waits = seen.state().equals("waits");
        Awaited awaited = waits ? Awaited.of(seen.waitingFor()) : Awaited.NOTHING;
        StackTraceElement place = place(task.stackTrace());
        return new Entry(
                task.id,
                task.name(),
                task.makerId,
                task.makerName == null ? "" : task.makerName,
                seen.state(),
                awaited.kind(),
                awaited.detail(),
                waits ? (System.nanoTime() - seen.since()) / 1_000_000 : 0,
                place == null ? "" : method(place),
                place == null ? "" : place.getFileName() + ":" + place.getLineNumber());
    }

    /**
     * Returns the innermost frame outside the library; if the body is the library's own, the
     * innermost one outside the loop's package; null for a body that has not started.
     */
    private static StackTraceElement place(StackTraceElement[] stack) {
        for (String library : List.of("aio\\..*", "aio\\.\\w+")) {
            for (StackTraceElement frame : stack)
                if (!frame.getClassName().matches("(java|jdk|sun)\\..*|" + library)) return frame;
        }
        return null;
    }

    /** Returns the method's name; that of the method around it for the body of a lambda. */
    private static String method(StackTraceElement frame) {
        return frame.getMethodName().replaceFirst("^lambda\\$(.+)\\$\\d+$", "$1");
    }
}

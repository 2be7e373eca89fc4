//SOURCES ../CancelledError.java ../EventLoop.java ../Future.java ../Task.java
//SOURCES ExceptionGroup.java WaitQueue.java
package aio.tasks;

import static aio.EventLoop.await;

import module java.base;

import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.Task;

/**
 * Tasks that belong to a block of code and end before it does, whatever happens:
 *
 * {@snippet :
 * TaskGroup.run(group -> {
 *     for (String link : links) group.createTask(link, () -> fetch(link));
 * });
 * }
 *
 * <ul>
 *   <li>The call returns when the block and all tasks have ended, also those that tasks have added.
 *   <li>When the block or a task fails, the tasks that are left are cancelled, and so is the block.
 *       All failures come together, in an {@link ExceptionGroup}. Only an {@link Error} is thrown
 *       as it is, with the other failures suppressed, so that a {@code catch (Exception e)} does
 *       not hide it.
 *   <li>When the task that runs the block is cancelled, the group's tasks are cancelled too. The
 *       {@link CancelledError} is thrown once they have ended. If there are failures as well, those
 *       are thrown, and the cancellation is raised at the task's next {@code await}.
 *   <li>A task of the group that is cancelled alone is no failure.
 * </ul>
 *
 * A group is no {@code AutoCloseable}: {@code close()} can neither see the exception that leaves a
 * {@code try} block nor replace it, and here a {@code CancelledError} of the group's own making has
 * to become the failure that was its reason. Groups may be nested. Counterpart: {@code
 * asyncio.TaskGroup}.
 */
public final class TaskGroup {
    private final EventLoop loop = EventLoop.current();
    private final Task<?> parent = Task.current();

    /** The parent's count before the group: what exceeds it later came meanwhile. */
    private final int cancelling = parent.cancelling();

    private final Set<Task<?>> children = new LinkedHashSet<>();
    private final WaitQueue parentWaits = new WaitQueue(children::isEmpty);
    private final List<Throwable> failures = new ArrayList<>();
    private boolean aborting;
    private boolean blockEnded;
    private boolean blockCancelled;

    /** A block of code that adds tasks to a group. */
    @FunctionalInterface
    public interface Block {
        /** Runs the block to its end. It may await. */
        void run(TaskGroup group) throws Exception;
    }

    /** A block with a value. */
    @FunctionalInterface
    public interface ValueBlock<T> {
        /** Runs the block to its end and returns its value. It may await. */
        T call(TaskGroup group) throws Exception;
    }

    private TaskGroup() {}

    /**
     * Runs a block in the calling task, and returns when the block and the tasks of its group have
     * ended.
     *
     * @throws ExceptionGroup if the block or a task failed
     * @throws CancelledError if the calling task was cancelled and there is no failure
     */
    public static void run(Block block) throws ExceptionGroup {
        call(group -> {
            block.run(group);
            return null;
        });
    }

    /** As {@link #run}, and returns the block's value. */
    public static <T> T call(ValueBlock<? extends T> block) throws ExceptionGroup {
        var group = new TaskGroup();
        T value = null;
        CancelledError cancelled = null;
        try {
            value = block.call(group);
        } catch (CancelledError e) {
            cancelled = e;
            group.abort();
        } catch (Throwable t) {
            group.failures.add(t);
            group.abort();
        }
        group.end(cancelled);
        return value;
    }

    /**
     * Adds a task. The block, the group's tasks and what they call may do this until all of them
     * have ended; {@code IllegalStateException} afterwards, and once something has failed.
     *
     * @param name as in {@link EventLoop#createTask}
     */
    public <T> Task<T> createTask(String name, Callable<? extends T> body) {
        if (aborting) throw new IllegalStateException("the task group is shutting down");
        if (blockEnded && children.isEmpty()) {
            throw new IllegalStateException("the task group has ended");
        }
        Task<T> child = loop.createTask(name, body);
        children.add(child);
        child.addDoneCallback(this::childDone);
        return child;
    }

    /** As {@link #createTask(String, Callable)}, for a body without a result. */
    public Task<Void> createTask(String name, EventLoop.Body body) {
        return createTask(
                name,
                () -> {
                    body.run();
                    return null;
                });
    }

    private void childDone(Future<?> child) {
        if (!children.remove(child)) return;
        Throwable failure = child.isCancelled() ? null : child.exception();
        if (failure != null) {
            failures.add(failure);
            if (!aborting && !blockEnded) {
                blockCancelled = true;
                parent.cancel();
            }
            abort();
        }
        parentWaits.wakeFirst();
    }

    private void abort() {
        if (aborting) return;
        aborting = true;
        List.copyOf(children).forEach(Task::cancel);
    }

    private void end(CancelledError cancelled) throws ExceptionGroup {
        blockEnded = true;
        while (!children.isEmpty()) {
            try {
                await(parentWaits.event("the end of a task group", () -> true));
            } catch (CancelledError e) {
                cancelled = e;
                abort();
                // When a loop closes it may have ended the tasks already, but runs no callbacks.
                List.copyOf(children).stream().filter(Task::isDone).forEach(this::childDone);
            } catch (IOException e) {
                throw new UncheckedIOException(e); // this event performs no I/O
            }
        }
        if (blockCancelled) parent.uncancel();
        if (!failures.isEmpty()) throw failure();
        if (cancelled != null) throw cancelled;
    }

    private ExceptionGroup failure() {
        // What is left are requests of others. The failures go first, so raise those again later.
        int requests = parent.cancelling() - cancelling;
        for (int i = 0; i < requests; i++) parent.uncancel();
        for (int i = 0; i < requests; i++) parent.cancel();
        for (Throwable failure : failures) {
            if (!(failure instanceof Error error)) continue;
            failures.stream().filter(other -> other != error).forEach(error::addSuppressed);
            throw error;
        }
        return new ExceptionGroup(failures);
    }
}

package aio.tasks;

/**
 * Thrown by {@link Queue#put} when the queue is shut down, and by {@link Queue#get} when it is also
 * empty. Counterpart: {@code asyncio.QueueShutDown}.
 */
public final class QueueShutDown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueShutDown() {
        super("the queue is shut down");
    }
}

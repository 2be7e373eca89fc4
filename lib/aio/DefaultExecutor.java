package aio;

import module java.base;

/**
 * The platform threads of {@link EventLoop#runInExecutor(Callable)}, shared by all loops: the
 * number of processors plus four, 32 at most, as in asyncio. They are daemons, and end after a
 * minute without work.
 */
final class DefaultExecutor {
    private static final int THREADS = Math.min(32, Runtime.getRuntime().availableProcessors() + 4);

    static final ThreadPoolExecutor THREAD_POOL =
            new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    1,
                    TimeUnit.MINUTES,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform()
                            .daemon()
                            .name("aio-executor-", 1)
                            .inheritInheritableThreadLocals(false)
                            .factory());

    static {
        THREAD_POOL.allowCoreThreadTimeOut(true);
    }

    private DefaultExecutor() {}
}

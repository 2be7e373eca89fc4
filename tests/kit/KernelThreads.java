//SOURCES ../../lib/kit/notebook/Kernel.java
package tests.kit;

import module java.base;

import kit.notebook.Kernel;

import org.rapaio.jupyter.kernel.channels.LoopThread;

/**
 * Starts many of the kernel's threads before the kernel itself, as its channels do, then the
 * kernel. Prints how many of them lived until then, had run before it was connected, and ran in the
 * end.
 */
final class KernelThreads {
    static final int THREADS = 200;

    private KernelThreads() {}

    static void main(String... args) throws Exception {
        Set<Thread> ran = ConcurrentHashMap.newKeySet();
        var allRan = new CountDownLatch(THREADS);
        List<LoopThread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++)
            threads.add(
                    new LoopThread(
                            "loop",
                            10,
                            () -> {
                                if (ran.add(Thread.currentThread())) allRan.countDown();
                            }));
        threads.forEach(LoopThread::start);
        long early = ran.size();
        long alive = threads.stream().filter(Thread::isAlive).count();
        Thread.ofPlatform()
                .start(() -> {
                    try {
                        Kernel.main(args);
                    } catch (Exception e) {
                        e.printStackTrace();
                    }
                });
        allRan.await(1, TimeUnit.MINUTES);
        IO.println(report(alive, early, ran.size()));
        System.exit(0);
    }

    static String report(long alive, long early, long ran) {
        return alive + " alive, " + early + " ran early, " + ran + " ran";
    }
}

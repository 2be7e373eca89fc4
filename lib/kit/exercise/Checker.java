//SOURCES ReaderCompiler.java ReaderProcess.java
package kit.exercise;

import module java.base;

import exercise.Verdict;

/**
 * Checks what readers have written: compiles it in this JVM, and runs it in a process of its own.
 * That process starts while the compiler works, or before.
 *
 * <p>Any thread may call it.
 */
public final class Checker implements AutoCloseable {
    private static final Duration COMPILE_LIMIT = Duration.ofMinutes(1);
    private static final int LONGEST_FILE = 200_000;

    private final String classPath;
    private final Duration patience;
    private final ReentrantLock compiling = new ReentrantLock();
    private ReaderCompiler compiler;

    /** The process for the next check; null if none is being started. */
    private Future<ReaderProcess> next;

    /** Makes a checker for readers: it waits a second for what should happen at once. */
    public Checker(String classPath) {
        this(classPath, Duration.ofSeconds(1));
    }

    /**
     * Makes a checker.
     *
     * @param classPath the library
     * @param patience how long a check waits for what should happen at once; a check ends after ten
     *     times that
     */
    public Checker(String classPath, Duration patience) {
        this.classPath = classPath;
        this.patience = patience;
        compiler = new ReaderCompiler(classPath);
    }

    /** Starts the process for the next check, which then doesn't have to wait for it. */
    public synchronized void prepare() {
        if (next != null) return;
        var start = new FutureTask<>(() -> ReaderProcess.start(classPath, patience));
        Thread.startVirtualThread(start);
        next = start;
    }

    private ReaderProcess process() throws IOException {
        Future<ReaderProcess> starting;
        synchronized (this) {
            prepare();
            starting = next;
            next = null;
        }
        try {
            return starting.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("cannot start a process for the check: " + e.getMessage(), e);
        }
    }

    /**
     * Checks a file.
     *
     * @param text what the reader has written
     * @return the verdict, within a bounded time
     * @throws IOException if the process can't be started
     */
    public Verdict check(ExerciseSource exercise, String text) throws IOException {
        if (text.length() > LONGEST_FILE)
            return Verdict.failed(
                    "The file is longer than %,d characters.".formatted(LONGEST_FILE));
        prepare();
        var code = new ReaderCode(exercise, text);
        try {
            ReaderCompiler.Compiled compiled = compile(code);
            if (compiled.complaints().isEmpty()) return process().run(code, compiled.classes());
            return Verdict.failed(
                    "It doesn't compile yet:\n" + String.join("\n", compiled.complaints()));
        } catch (TimeoutException e) {
            return Verdict.failed("The compiler was still busy with it after a minute.");
        } catch (ExecutionException e) {
            return Verdict.failed("The compiler failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.failed("The check was interrupted.");
        }
    }

    /** One file at a time; a compiler that is busy for too long is left to itself. */
    private ReaderCompiler.Compiled compile(ReaderCode code)
            throws InterruptedException, ExecutionException, TimeoutException {
        compiling.lock();
        try {
            ReaderCompiler current = compiler;
            var compiled = new FutureTask<>(() -> current.compile(code));
            Thread.ofPlatform().daemon().name("compiler").start(compiled);
            return compiled.get(COMPILE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            compiler = new ReaderCompiler(classPath);
            throw e;
        } finally {
            compiling.unlock();
        }
    }

    /** Ends the process of {@link #prepare} if no check has used it. */
    @Override
    public synchronized void close() throws IOException {
        if (next != null) process().close();
    }
}

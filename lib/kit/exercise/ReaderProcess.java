//SOURCES ReaderCode.java ReaderMain.java ../WholeLibrary.java
package kit.exercise;

import module java.base;

import exercise.Check;
import exercise.Verdict;

import kit.WholeLibrary;

/**
 * A process that runs a reader's code once, with bounded time, memory, output and open files. It
 * can be started in advance: until it gets its task, it waits.
 */
final class ReaderProcess implements AutoCloseable {
    /** The process ends by itself; it is killed if it is this much later. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final int MEMORY_MB = 128;
    private static final int OUT_OF_MEMORY = 3; // the exit code of ExitOnOutOfMemoryError

    private final Process process;
    private final Duration limit;

    private ReaderProcess(Process process, Duration limit) {
        this.process = process;
        this.limit = limit;
    }

    /**
     * Starts a process.
     *
     * @param classPath the library
     * @param patience how long the check waits for what should happen at once
     */
    static ReaderProcess start(String classPath, Duration patience) throws IOException {
        List<String> command = new ArrayList<>();
        // Java raises its own limit of open files to the hard one, which this sets too.
        command.addAll(List.of("sh", "-c", "ulimit -n " + Check.MOST_OPEN + "; exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-Xmx" + MEMORY_MB + "m", "-XX:MaxDirectMemorySize=64m"));
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr"));
        command.add("-Xlog:disable"); // the JVM's warnings would come on standard output
        command.add(WholeLibrary.NATIVE_ACCESS);
        command.add("-Dexercise.patience=" + patience.toMillis());
        command.addAll(List.of("-cp", classPath, ReaderMain.class.getName()));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        return new ReaderProcess(builder.start(), Check.limit(patience));
    }

    /** Runs a check, and returns its verdict within a bounded time; the process ends. */
    Verdict run(ReaderCode code, Map<String, byte[]> classes) {
        var verdict = new CompletableFuture<Verdict>();
        Thread.startVirtualThread(() -> {
            try {
                verdict.complete(ask(code, classes));
            } catch (Throwable t) {
                verdict.completeExceptionally(t);
            }
        });
        try (this) {
            return verdict.get(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Verdict.failed(
                    "Your code kept its process from ending, and the check killed it.");
        } catch (ExecutionException e) {
            return Verdict.failed(ended());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.failed("The check was interrupted.");
        }
    }

    private Verdict ask(ReaderCode code, Map<String, byte[]> classes) throws IOException {
        var out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        ReaderMain.write(out, code.exercise().name(), code.lines(), classes);
        return Verdict.read(new DataInputStream(process.getInputStream()));
    }

    /** Returns why there is no verdict. */
    private String ended() {
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS))
                return "Your code wrote to the process's output itself, past System.out.";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int code = process.exitValue();
        if (code == OUT_OF_MEMORY)
            return "Your code needed more than "
                    + MEMORY_MB
                    + " MB of memory, and the check stopped it.";
        return "Your code ended the program (System.exit, code "
                + code
                + "), so the check couldn't go on.";
    }

    /** Ends the process, and whatever it has started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

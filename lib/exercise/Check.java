//SOURCES Capture.java Finding.java Patience.java Verdict.java ../script/ScriptException.java
package exercise;

import module java.base;

import script.ScriptException;

/**
 * Runs the check of an exercise, with a limit of time and of output, and makes a {@link Verdict} of
 * how it ends.
 */
public final class Check {
    /** How many files and sockets the code may have open; the process that runs it sets it. */
    public static final int MOST_OPEN = 256;

    private final Predicate<StackTraceElement> isReaders;
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();

    private Check(Predicate<StackTraceElement> isReaders) {
        this.isReaders = isReaders;
    }

    /** A check: the method {@code verify} of an exercise. */
    @FunctionalInterface
    public interface Body {
        /** Checks the reader's code; throws a {@link Finding} if something is wrong. */
        void run() throws Throwable;
    }

    /** Returns the limit of time for a check that waits so long for each single thing. */
    public static Duration limit(Duration patience) {
        return patience.multipliedBy(10);
    }

    private static Duration limit() {
        return limit(Patience.limit());
    }

    /**
     * Runs a check on a thread of its own and returns its verdict, after {@link #limit(Duration)}
     * at the latest. What the code has started may still run then.
     *
     * @param isReaders whether a stack frame is of the reader's file
     */
    public static Verdict run(Body body, Predicate<StackTraceElement> isReaders) {
        return new Check(isReaders).run(body);
    }

    /**
     * Checks in a JShell session, and prints the verdict.
     *
     * @param asked the name of the exercise that the reader wants checked
     * @param name the name of the exercise that the session is for
     */
    public static void inSession(String asked, String name, Body body) {
        if (!asked.equals(name)) {
            IO.println("This session checks " + name + ". For another: ./jbang jshell " + asked);
            return;
        }
        Verdict verdict = run(body, _ -> false);
        verdict.printed().forEach(line -> IO.println("  | " + line));
        IO.println(verdict.passed() ? name + " is right." : verdict.message());
    }

    private Verdict run(Body body) {
        try (var _ = Capture.begin(this::overflow)) {
            Thread.ofPlatform().daemon().name("check").start(() -> judge(body));
            return verdict.get(limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return stillRunning();
        } catch (InterruptedException | ExecutionException e) {
            return Verdict.failed("The check was interrupted.");
        }
    }

    private void judge(Body body) {
        Verdict result = Verdict.PASSED;
        try {
            body.run();
        } catch (Throwable t) {
            result = failed(t);
        }
        verdict.complete(result);
    }

    private Verdict failed(Throwable thrown) {
        if (hasNoFilesLeft())
            return failed(
                    "Your code has all the files and sockets open that the check lets it have, "
                            + MOST_OPEN
                            + ".\nExpected: it closes those that it no longer needs.",
                    0);
        if (thrown instanceof Finding finding)
            return new Verdict(false, finding.getMessage(), 0, finding.printed());
        if (thrown instanceof ScriptException) return Verdict.failed(thrown.getMessage());
        String what = thrown.toString().lines().findFirst().orElse("");
        int line = line(thrown.getStackTrace());
        return failed((line > 0 ? "Your code threw " : "The check ended with ") + what, line);
    }

    private static Verdict failed(String message, int line) {
        return new Verdict(false, message, line, Capture.last(10));
    }

    private void overflow() {
        verdict.complete(
                failed(
                        "Your code printed more than %,d bytes, and the check stopped it."
                                .formatted(Capture.LIMIT),
                        line(Thread.currentThread().getStackTrace())));
        LockSupport.park(); // the process is about to end
    }

    private Verdict stillRunning() {
        int line =
                Thread.getAllStackTraces().values().stream()
                        .mapToInt(this::line)
                        .filter(found -> found > 0)
                        .findFirst()
                        .orElse(0);
        return failed(
                "Your code was still running after %d seconds, and the check stopped it."
                        .formatted(limit().toSeconds()),
                line);
    }

    /** Returns the line of the reader's innermost frame, 0 if there is none. */
    private int line(StackTraceElement... stack) {
        return Stream.of(stack)
                .filter(isReaders)
                .mapToInt(StackTraceElement::getLineNumber)
                .findFirst()
                .orElse(0);
    }

    /** Tries, because to ask for the number of open files takes files, too. */
    private static boolean hasNoFilesLeft() {
        try (var _ = new FileInputStream("/dev/null")) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}

//SOURCES Recorder.java ../../aio/Coroutine.java
package kit.watch;

import module java.base;

import aio.Coroutine;

/**
 * What the code of a watched chapter calls, in addition to what its author wrote, see {@link
 * Instrumentation}. Any thread may call any method. While nobody records, they do nothing.
 */
public final class Probe {
    private static volatile Recorder recorder;

    private Probe() {}

    /** Passes the calls to a recorder from now on; to nobody if it is null. */
    static void passTo(Recorder recorder) {
        Probe.recorder = recorder;
    }

    /**
     * A variable of the line that is about to run.
     *
     * @param value may be null
     */
    public static void variable(Object value, String name) {
        Recorder to = recorder;
        if (to != null && value != null) to.page.variable(value, name);
    }

    /**
     * The calling thread is about to run a line.
     *
     * @param method the name of the method in which it is
     * @param self the object whose method it is; null in a static method
     */
    public static void line(int line, String method, Object self) {
        Recorder to = recorder;
        if (to != null) to.page.line(line, method, self);
    }

    /**
     * A lambda was made.
     *
     * @param name of the variable or the method in which it was made
     * @param method the name of the method that has its body
     * @param line the first line of its body; 0 if it refers to a method elsewhere
     * @param self the object that it captured as {@code this}, or null
     */
    public static void named(Object lambda, String name, String method, int line, Object self) {
        Recorder to = recorder;
        if (to != null) to.page.lambdas.add(lambda, name, method, line, self);
    }

    /** A coroutine was made that no task of the library runs. */
    public static void made(Coroutine<?> coroutine) {
        Recorder to = recorder;
        if (to != null) to.page.coroutines.made(coroutine);
    }

    /** Calls {@link Coroutine#send} in place of the chapter. */
    public static Object send(Coroutine<?> coroutine, Object value) throws Exception {
        return resume(coroutine, () -> coroutine.send(value));
    }

    /** Calls {@link Coroutine#raise} in place of the chapter. */
    public static Object raise(Coroutine<?> coroutine, Throwable error) throws Exception {
        return resume(coroutine, () -> coroutine.raise(error));
    }

    private static Object resume(Coroutine<?> coroutine, Callable<Object> call) throws Exception {
        Recorder to = recorder;
        if (to == null) return call.call();
        to.page.coroutines.resumed(coroutine);
        Object yielded = null;
        try {
            yielded = call.call();
            return yielded;
        } finally {
            to.page.coroutines.suspended(coroutine, yielded);
        }
    }
}

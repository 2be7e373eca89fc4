package kit.watch;

import module java.base;

/**
 * A thread that has stopped in the middle of a call, as its stack shows it.
 *
 * @param line the line of the chapter from which it made the call; null if there is none
 * @param what what it waits for
 * @param isInScript whether it waits in what every script shares, for the server to end
 */
record ThreadStop(Integer line, String what, boolean isInScript) {
    /** For a thread that runs. */
    static final ThreadStop NONE = new ThreadStop(null, "", false);

    /** What a thread in {@code select} waits for. */
    static final String SELECT = "select";

    /** The methods of the JDK and the library in which a thread stops, by class and method. */
    private static final Map<String, String> CALLS =
            Map.ofEntries(
                    Map.entry("sun.nio.ch.SelectorImpl.select", SELECT),
                    Map.entry("sun.nio.ch.NioSocketImpl.accept", "a new connection"),
                    Map.entry("sun.nio.ch.NioSocketImpl.implRead", "input"),
                    Map.entry("sun.nio.ch.NioSocketImpl.implWrite", "room for output"),
                    Map.entry("sun.nio.ch.NioSocketImpl.connect", "a connection"),
                    Map.entry("java.lang.Thread.sleep", "a pause to end"),
                    Map.entry("java.lang.Thread.join", "another thread to end"),
                    Map.entry("java.util.concurrent.FutureTask.get", "another thread"),
                    Map.entry("java.util.concurrent.locks.LockSupport.park", "another thread"),
                    Map.entry("java.util.concurrent.locks.LockSupport.parkNanos", "a pause to end"),
                    Map.entry("aio.Coroutine.resume", ""));

    /**
     * The same for calls that don't stop a thread if the channel is in non-blocking mode. A
     * blocking one is seen only in a virtual thread, which is parked then.
     */
    private static final Map<String, String> CALLS_OF_CHANNELS =
            Map.of(
                    "sun.nio.ch.ServerSocketChannelImpl.accept", "a new connection",
                    "sun.nio.ch.SocketChannelImpl.read", "input",
                    "sun.nio.ch.SocketChannelImpl.write", "room for output",
                    "sun.nio.ch.SocketChannelImpl.connect", "a connection");

    /**
     * Returns where a thread has stopped; {@link #NONE} if it runs, or if it runs a coroutine.
     *
     * @param chapter the name of the chapter's class
     */
    static ThreadStop of(Thread thread, String chapter) {
        boolean isParked = thread.getState() != Thread.State.RUNNABLE;
        String what = null;
        Integer line = null;
        boolean isInScript = false;
        for (StackTraceElement frame : thread.getStackTrace()) {
            String type = frame.getClassName();
            if (isOf(chapter, type)) {
                line = frame.getLineNumber();
                break;
            }
            // The call that is the nearest to the chapter says it best.
            String call = type + "." + frame.getMethodName();
            what = CALLS.getOrDefault(call, what);
            if (isParked) what = CALLS_OF_CHANNELS.getOrDefault(call, what);
            isInScript |= type.startsWith("script.");
        }
        if (what == null || what.isEmpty()) return NONE;
        return new ThreadStop(line, what, isInScript);
    }

    /** Returns whether a class is a chapter's own or inside it. */
    static boolean isOf(String chapter, String type) {
        return type.equals(chapter) || type.startsWith(chapter + "$");
    }
}

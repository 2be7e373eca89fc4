//SOURCES Arguments.java Server.java
package script;

import module java.base;

/**
 * What the {@code main} of every chapter needs apart from its lesson: {@code --help}, errors in one
 * line, and a stop by Ctrl-C. On the command line a shutdown hook does that; in JShell a {@code
 * finally} does, because there Ctrl-C ends the call and not the JVM.
 */
public final class Script {
    /** The code of a script, which runs once the arguments are parsed. */
    @FunctionalInterface
    public interface Body {
        /** Runs the script to its end; an exception ends it with an error. */
        void run(Arguments arguments) throws Exception;
    }

    /** Starts the server of a chapter. */
    @FunctionalInterface
    public interface Starter {
        /** Returns the running server. */
        Server start(Arguments arguments) throws Exception;
    }

    /** Starts the servers of a chapter that has several. */
    @FunctionalInterface
    public interface Starters {
        /** Starts the servers and adds each to the list, which is closed if a later one fails. */
        void start(Arguments arguments, List<Server> started) throws Exception;
    }

    private Script() {}

    /**
     * Runs a script on the calling thread: prints the usage for {@code --help}; otherwise parses
     * the arguments and runs the body. On the main thread of a JVM a {@link ScriptException}
     * becomes one line on standard error and exit code 1.
     *
     * @param usage the usage text, see {@link Arguments}
     */
    public static void run(String usage, String[] args, Body body) throws Exception {
        for (String arg : args) {
            if (arg.equals("--help") || arg.equals("-h")) {
                IO.print("usage: " + usage);
                return;
            }
        }
        var thread = Thread.currentThread();
        var handler = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, e) -> {
            if (e instanceof ScriptException) System.err.println(e.getMessage());
            else handler.uncaughtException(t, e);
        });
        body.run(Arguments.parse(usage, args));
        thread.setUncaughtExceptionHandler(handler);
    }

    /**
     * Runs a server script until Ctrl-C: starts the server, waits until it ends, and closes it in
     * every case.
     *
     * @param usage the usage text, see {@link Arguments}
     */
    public static void serve(String usage, String[] args, Starter starter) throws Exception {
        serveAll(usage, args, (arguments, started) -> started.add(starter.start(arguments)));
    }

    /** Does the same with several servers, until Ctrl-C or until the first of them ends. */
    public static void serveAll(String usage, String[] args, Starters starters) throws Exception {
        run(usage, args, arguments -> serve(started -> starters.start(arguments, started)));
    }

    private interface Start {
        void start(List<Server> started) throws Exception;
    }

    /**
     * In JShell, Ctrl-C throws an exception in the thread that runs main, at any line. So another
     * thread starts the server, and this thread does nothing outside the try.
     */
    private static void serve(Start start) throws Exception {
        List<Server> servers = new CopyOnWriteArrayList<>();
        var starter =
                new FutureTask<Void>(() -> {
                    start.start(servers);
                    return null;
                });
        var starting = new Thread(starter, "start");
        var onCtrlC = new Thread(() -> close(starting, servers), "on Ctrl-C");
        try {
            Runtime.getRuntime().addShutdownHook(onCtrlC);
            starting.start();
            starter.get();
            servers.getFirst().join();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw e;
        } finally {
            close(starting, servers);
            removeHook(onCtrlC);
        }
    }

    private static void close(Thread starting, List<Server> servers) {
        try {
            starting.join(); // returns at once if it has never run
            for (Server server : servers) server.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is already shutting down, and the hook stops the server.
        }
    }
}

package aio;

import module java.base;

/** How failures that nobody catches are told to a person. */
final class Report {
    private Report() {}

    /** Prints on standard error; any thread may call it. */
    static void print(String message, Throwable error) {
        // A logger opens files, and so fails in a process that has no file descriptor left.
        System.err.println(message);
        if (error != null) error.printStackTrace();
    }

    /** Returns a callback's own name, or where it was written if it has none. */
    static String name(Runnable callback) {
        Class<?> type = callback.getClass();
        String name = callback.toString();
        String noName = type.getName() + "@" + Integer.toHexString(callback.hashCode());
        if (!name.equals(noName)) return name;
        String file = type.getName().replaceFirst("\\$.*", "");
        return "a callback in " + (file.equals("REPL.") ? "a JShell snippet" : file);
    }
}

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

    /** Returns a callback's own name, or the class in which it was written if it has none. */
    static String name(Runnable callback) {
        String type = callback.getClass().getName();
        try {
            String name = callback.toString();
            if (!name.equals(type + "@" + Integer.toHexString(callback.hashCode()))) return name;
        } catch (Throwable t) {
            // A callback that cannot even tell its name: its class will do.
        }
        // JShell wraps each snippet into a class that is called REPL.$JShell$ and a number.
        if (type.startsWith("REPL.$JShell$")) return "a callback in a JShell snippet";
        return "a callback in " + type.replaceFirst("\\$\\$Lambda.*|\\$\\d+$", "");
    }
}

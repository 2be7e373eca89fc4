package aio;

import module java.base;

/** Prints failures that nobody catches, for a person to read. */
final class Report {
    private Report() {}

    /** Prints on standard error; any thread may call it. */
    static void print(String message, Throwable error) {
        // A logger opens files, so it fails when the process is out of file descriptors.
        System.err.println(message);
        if (error != null) error.printStackTrace();
    }

    /** Returns a callback's own name, or the class that it was written in if it has none. */
    static String name(Object callback) {
        String type = callback.getClass().getName();
        try {
            String name = callback.toString();
            if (!name.equals(type + "@" + Integer.toHexString(callback.hashCode()))) return name;
        } catch (Throwable t) {
            // Its toString fails: use the name of its class.
        }
        // JShell wraps each snippet in a class whose name is REPL.$JShell$ and a number.
        if (type.startsWith("REPL.$JShell$")) return "a callback in a JShell snippet";
        return "a callback in " + type.replaceFirst("\\$\\$Lambda.*|\\$\\d+$", "");
    }
}

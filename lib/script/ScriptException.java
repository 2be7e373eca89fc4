package script;

/**
 * An error that the person at the terminal can mend: a bad argument, a port in use, an unknown
 * host. Its message is one line that says what to do. It carries no stack trace, so JShell shows
 * only that line; {@link Script} prints it and the process ends with exit code 1.
 */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes one of a line without a full stop at its end. */
    public ScriptException(String message) {
        super(message, null, false, false);
    }
}

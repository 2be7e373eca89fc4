package script;

/**
 * An error that the person at the terminal can fix: a bad argument, a port in use, an unknown host.
 * Its message is one line that says what to do. It has no stack trace, so JShell shows only that
 * line; {@link Script} prints the line and exits with code 1.
 */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception; the message is one line without a period at its end. */
    public ScriptException(String message) {
        super(message, null, false, false);
    }
}

//SOURCES Kit.java ScriptProcess.java
package tests.shared;

import static org.awaitility.Awaitility.await;

import org.awaitility.core.ConditionTimeoutException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A program at a real terminal (a pty, made by {@code script} of util-linux), which the test types
 * into and reads as a person does.
 */
public final class Terminal implements AutoCloseable {
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(\\[[0-9;?]*[a-zA-Z]|[=>]|\\][^\u0007]*\u0007)|[\r\u0000]");
    private static final char CTRL_C = 3;

    private final Process process;
    private final StringBuffer screen = new StringBuffer();
    private volatile int typedAt;

    /** Starts {@code ./jbang} with these arguments at a new terminal. */
    public Terminal(String... args) {
        Kit.assumeOnPath("script");
        // JShell draws nothing on a terminal without a size.
        String command =
                "stty rows 50 cols 300; exec "
                        + String.join(" ", ScriptProcess.launcher(args).command());
        var builder =
                new ProcessBuilder("script", "-qfec", command, "/dev/null")
                        .directory(Kit.ROOT.toFile());
        builder.environment().put("TERM", "xterm");
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::read);
    }

    private void read() {
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer))
                screen.append(buffer, 0, n);
        } catch (IOException e) {
            // The program is gone; what it showed so far is all there is.
        }
    }

    /**
     * What was shown since the last time something was typed, without the terminal's control
     * sequences.
     */
    public String screen() {
        return ESCAPES.matcher(screen.substring(typedAt)).replaceAll("");
    }

    /** Types a text, or pastes it. */
    public void type(String text) {
        typedAt = screen.length();
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void ctrlC() {
        type(Character.toString(CTRL_C));
    }

    /** Waits until this text is shown, since something was typed last. */
    public void awaitShown(String text) {
        try {
            await().until(() -> screen().contains(text));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("'" + text + "' was not shown in:\n" + screen(), e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

//SOURCES ../shared/ScriptProcess.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import tests.shared.ScriptProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A machine that has only what a test gives it: a folder of commands, and an empty home. */
final class BareMachine {
    private static final List<String> BASICS =
            List.of(
                    "cat",
                    "cksum",
                    "dirname",
                    "env",
                    "ls",
                    "ln",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sh",
                    "sleep",
                    "touch");

    private final Path folder;

    BareMachine(Path folder) throws IOException {
        this.folder = folder;
        for (String command : BASICS) provide(command);
    }

    /** Gives it a command of the real machine. */
    void provide(String command) throws IOException {
        install(command, "exec " + which(command) + " \"$@\"");
    }

    /** Gives it a command of the test's own: a shell script. */
    void install(String command, String script) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(command);
        Files.writeString(file, "#!/bin/sh\n" + script);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** Gives it a Maven that runs this script; {@code $jars} is the folder for the jars to copy. */
    void installMaven(String script) throws IOException {
        install(
                "mvn",
                "for a; do case $a in -DoutputDirectory=*) jars=${a#*=};; esac; done\n" + script);
    }

    /** Gives it a Java and a Maven that do not work, so that a launcher ends soon. */
    void installBrokenMaven() throws IOException {
        install("java", "exit 1");
        installMaven("exit 1");
    }

    /** The launcher, ready to start with these arguments. */
    ProcessBuilder launcher(String... args) {
        return launcherAfter("", args);
    }

    /** A shell that runs this script and then becomes the launcher, with the same process id. */
    ProcessBuilder launcherAfter(String script, String... args) {
        var builder = ScriptProcess.launcher(args);
        List<String> command = new ArrayList<>(builder.command());
        command.set(0, which("env").toString());
        command.addAll(2, List.of("sh", "-c", script + "\nexec \"$0\" \"$@\""));
        builder.command(command);
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", folder.resolve("bin").toString());
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("AIO_JDK_DIRS", "/nowhere");
        return builder;
    }

    /** The folder in which the launcher keeps what it fetches. */
    Path cache() throws IOException {
        return Files.createDirectories(folder.resolve("home/.cache/aio-notebooks"));
    }

    /** Returns the path of a command of the real machine. */
    static Path which(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(dir -> Path.of(dir, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + command + " on PATH"));
    }
}

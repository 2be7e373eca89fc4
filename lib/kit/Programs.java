package kit;

import module java.base;

/** The programs of this machine. */
public final class Programs {
    private Programs() {}

    /** Returns whether a program is on the path. */
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}

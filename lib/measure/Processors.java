package measure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a server and its load on a processor each, with Linux's taskset(1) if it is there. */
final class Processors {
    static final int SERVER = 0;
    static final int LOAD = 1;

    private static final String TASKSET = "/usr/bin/taskset";
    private static final boolean PINS =
            Runtime.getRuntime().availableProcessors() > 1 && Files.isExecutable(Path.of(TASKSET));

    private Processors() {}

    static ProcessBuilder pinned(int processor, List<String> command) {
        List<String> pinned = new ArrayList<>(command);
        if (PINS) pinned.addAll(0, List.of(TASKSET, "-c", Integer.toString(processor)));
        return new ProcessBuilder(pinned);
    }
}

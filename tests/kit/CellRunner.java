//SOURCES ../../lib/kit/notebook/Kernel.java ../../lib/kit/notebook/Notebook.java
package tests.kit;

import module java.base;

import kit.notebook.Notebook;

import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.core.ExecutionContext;
import org.rapaio.jupyter.kernel.core.java.JavaEngine;
import org.rapaio.jupyter.kernel.core.java.io.JShellConsole;

/**
 * Runs chapters with the kernel's engine, all in this one JVM, four at a time: each in an engine of
 * its own, its cells from top to bottom, twice.
 */
final class CellRunner {
    private static final int AT_ONCE = 4;

    private CellRunner() {}

    /** Runs the chapters whose files are named, and prints a line for each that has ended. */
    static void main(String... files) {
        try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            for (String file : files) pool.execute(() -> IO.println(report(file, failure(file))));
        }
        System.exit(0); // ends the threads that chapters may have left
    }

    /** Returns the line for a chapter; {@code failure} is empty if all its cells ran. */
    static String report(String file, String failure) {
        return failure.isEmpty() ? "-- ran " + file : "-- failed " + file + ": " + failure;
    }

    private static String failure(String file) {
        try {
            run(Notebook.parse(Files.readString(Path.of(file))));
            return "";
        } catch (Exception e) {
            e.printStackTrace();
            return e.toString().replace('\n', ' ');
        }
    }

    private static void run(Notebook notebook) throws Exception {
        var context = new ExecutionContext(null);
        var engine = engine(context);
        for (int round = 0; round < 2; round++) {
            for (var cell : notebook.cells())
                if (cell.type() != Notebook.Type.MARKDOWN) engine.eval(context, cell.source());
        }
        engine.shutdown();
    }

    /** Returns the kernel's engine, ready to run cells. */
    static JavaEngine engine(ExecutionContext context) {
        var engine =
                JavaEngine.builder(new JShellConsole(), context)
                        .withTimeoutMillis(-1L)
                        .withClasspath(System.getenv("RJK_CLASSPATH"))
                        .withStartupScript(
                                MainApp.class.getClassLoader().getResourceAsStream("init.jshell"))
                        .build();
        engine.initialize();
        return engine;
    }
}

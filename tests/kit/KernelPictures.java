//SOURCES CellRunner.java ../../lib/kit/notebook/Kernel.java
package tests.kit;

import module java.base;

import org.rapaio.jupyter.kernel.core.ExecutionContext;
import org.rapaio.jupyter.kernel.display.DisplaySystem;

/** Runs two cells with the kernel's engine, and prints what the kernel would show of each value. */
final class KernelPictures {
    private static final List<String> CELLS =
            List.of(
                    """
                    import aio.EventLoop;
                    import aio.SleepEvent;
                    import diagram.SequenceDiagram;
                    SequenceDiagram.of(() -> EventLoop.await(new SleepEvent(java.time.Duration.ofMillis(20))))
                    """,
                    "1 + 2");

    private KernelPictures() {}

    static void main() throws Exception {
        var context = new ExecutionContext(null);
        var engine = CellRunner.engine(context);
        for (String cell : CELLS) {
            Object value = engine.eval(context, cell);
            new TreeMap<>(DisplaySystem.inst().render(value).data())
                    .forEach((type, content) -> IO.println("-- " + type + ": " + first(content)));
        }
        engine.shutdown();
        System.exit(0);
    }

    private static String first(Object content) {
        return content.toString().lines().findFirst().orElse("");
    }
}

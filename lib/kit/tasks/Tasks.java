//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../../script/Script.java RunningJvm.java TaskTree.java
package kit.tasks;

import module java.base;

import aio.EventLoopsMXBean;

import script.Arguments;
import script.Script;
import script.ScriptException;

/**
 * {@code ./jbang tasks}: shows what the event loops of a running JVM have in hand, from outside, as
 * {@code python -m asyncio pstree} does.
 */
public final class Tasks {
    private static final String USAGE =
            """
            tasks [pid] [--all]

            Shows the tasks of each event loop of a running process, as a tree: under each task the
            tasks that it has made, what each waits for, where, and for how long. The process goes on
            meanwhile. Without a process number it lists your processes that run event loops.

              pid    the process number, as jps and ps show it
              --all  also shows each one of many tasks that wait for the same, and deep levels

            It asks the JVM's own management agent, which starts on the first call and stays. It
            doesn't see the loops of a JShell or a Jupyter kernel, whose libraries are hidden in a
            class loader.
            """;

    private Tasks() {}

    /**
     * Prints the tasks, or lists the processes.
     *
     * @param args see the usage text
     * @throws Exception if the answer cannot be printed
     */
    public static void main(String... args) throws Exception {
        Script.run(USAGE, args, Tasks::show);
    }

    private static void show(Arguments arguments) {
        // A JDK can be put together without it; then the classes that use it can't be loaded.
        if (ModuleLayer.boot().findModule("jdk.attach").isEmpty())
            throw new ScriptException(
                    "this JDK has no module jdk.attach: set JAVA_HOME to a complete one");
        int pid = arguments.number("pid", 0, 1, 999_999_999);
        if (pid == 0) list();
        else print(pid, arguments.has("--all"));
    }

    private static void print(int pid, boolean all) {
        var jvm = RunningJvm.of(pid);
        List<EventLoopsMXBean.Loop> loops = jvm.loops();
        if (loops.isEmpty()) throw new ScriptException("process " + pid + " runs no event loop");
        IO.println("process " + pid + ": " + jvm.name());
        for (EventLoopsMXBean.Loop loop : loops) IO.print(TaskTree.of(loop, all));
    }

    private static void list() {
        List<String> found = RunningJvm.all().parallelStream().map(Tasks::line).toList();
        List<String> lines = found.stream().filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty()) throw new ScriptException("none of your processes runs an event loop");
        lines.forEach(IO::println);
    }

    /** Returns the line of one process; empty if it runs no loop. */
    private static String line(RunningJvm jvm) {
        try {
            List<EventLoopsMXBean.Loop> loops = jvm.loops();
            if (loops.isEmpty()) return "";
            int tasks = loops.stream().mapToInt(loop -> loop.tasks().size()).sum();
            return "%d  %s: %s, %s"
                    .formatted(
                            jvm.pid(),
                            jvm.name(),
                            TaskTree.count(loops.size(), "loop"),
                            TaskTree.count(tasks, "task"));
        } catch (ScriptException e) {
            return ""; // it has ended, or has no loop, or is no business of ours
        }
    }
}

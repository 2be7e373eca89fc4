//JAVA 25+
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../WholeLibrary.java ../notebook/Chapters.java ../notebook/PlayerBlock.java
//SOURCES LiveRun.java RecordedRun.java WatchedChapter.java ../../script/Script.java
package kit.watch;

import module java.base;

import kit.notebook.Chapters;
import kit.notebook.PlayerBlock;

import script.Arguments;
import script.Script;
import script.ScriptException;

/** {@code ./jbang watch}: shows a chapter's code and its loop while it runs. */
public final class Watch {
    private static final String USAGE =
            """
            watch [chapter] [--slow MS] [--record FILE] [--scenario N] [-- chapter's arguments]

            Runs a chapter, or a file like one, and shows in a browser which line each of its
            tasks, callbacks and threads has reached, who waits for what, and what the loop does.
            Ctrl-C ends it. A chapter that is no server starts when the page is open.

              --slow MS      lets everything stand still for so many milliseconds after each step
              --record FILE  shows no page, but writes the first 300 steps into a file (JSON)
              --scenario N   with --record: runs the clients of the chapter's Nth player block, with
                             the arguments that it names, and stops when they have ended
            """;

    private Watch() {}

    /** Runs the chapter; {@code --help} explains the arguments. */
    public static void main(String... args) throws Exception {
        int end = List.of(args).indexOf("--");
        String[] own = end < 0 ? args : Arrays.copyOf(args, end);
        String[] rest = end < 0 ? new String[0] : Arrays.copyOfRange(args, end + 1, args.length);
        Script.run(USAGE, own, arguments -> watch(arguments, rest));
    }

    private static void watch(Arguments arguments, String... rest) throws Exception {
        Path source = source(arguments.text("chapter", ""));
        String file = arguments.text("--record", "");
        int scenario = arguments.number("--scenario", 0, 1, 99);
        if (scenario > 0 && file.isEmpty())
            throw new ScriptException("watch: --scenario needs --record (try --help)");
        int slow = arguments.number("--slow", 0, 0, 60_000);
        WatchedChapter chapter;
        PlayerBlock block;
        try {
            chapter = new WatchedChapter(source);
            block = scenario == 0 ? null : block(chapter, scenario);
        } catch (IllegalArgumentException e) {
            throw new ScriptException("watch: " + e.getMessage());
        }
        if (file.isEmpty()) LiveRun.run(chapter, slow, rest);
        else record(new RecordedRun(chapter, Path.of(file), slow), block, rest);
    }

    private static void record(RecordedRun run, PlayerBlock block, String... arguments)
            throws Exception {
        try {
            if (block == null) run.run(arguments);
            else run.run(block);
        } catch (ScriptException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        System.exit(0); // threads of the chapter may still be there
    }

    private static Path source(String name) throws IOException {
        if (name.isEmpty()) throw new ScriptException("watch needs a chapter (try --help)");
        Path chapter = Chapters.file(name);
        if (Files.exists(chapter)) return chapter;
        Path file = Path.of(name);
        if (name.endsWith(".java") && Files.exists(file)) return file;
        throw new ScriptException("watch: " + Chapters.unknown(name));
    }

    private static PlayerBlock block(WatchedChapter chapter, int number) {
        List<PlayerBlock> blocks = PlayerBlock.in(chapter.notebook());
        if (number <= blocks.size()) return blocks.get(number - 1);
        throw new ScriptException(
                "watch: %s has %d player blocks, so no %dth"
                        .formatted(chapter.name(), blocks.size(), number));
    }
}

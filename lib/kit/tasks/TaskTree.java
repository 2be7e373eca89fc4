//SOURCES ../../aio/EventLoopsMXBean.java
package kit.tasks;

import module java.base;

import aio.EventLoopsMXBean.Entry;
import aio.EventLoopsMXBean.Loop;

/**
 * The tasks of one loop as a tree: below each task those that it has made. Of many tasks that wait
 * for the same at the same line, only the first are shown, and the others counted.
 */
final class TaskTree {
    /** How many tasks of the same kind are shown below one task. */
    private static final int SHOWN = 5;

    /** How many levels of the tree are shown. */
    private static final int LEVELS = 20;

    /** The number that stands for 'no task' as a maker. */
    private static final long NOBODY = 0;

    private final boolean all;
    private final Map<Long, List<Entry>> madeBy = new HashMap<>();

    /** How many tasks are below a task, at any level. */
    private final Map<Long, Integer> below = new HashMap<>();

    /** Tasks have the same kind if they look the same, and so do the tasks below them. */
    private final Map<Long, Integer> kinds = new HashMap<>();

    private TaskTree(List<Entry> tasks, boolean all) {
        this.all = all;
        Set<Long> alive = tasks.stream().map(Entry::id).collect(Collectors.toSet());
        for (Entry task : tasks) {
            boolean hasMaker = alive.contains(task.maker()) && task.maker() < task.id();
            madeBy.computeIfAbsent(hasMaker ? task.maker() : NOBODY, _ -> new ArrayList<>())
                    .add(task);
        }
        Map<List<Object>, Integer> numbers = new HashMap<>();
        // A task is younger than its maker, so its own number is there when its maker needs it.
        for (Entry task :
                tasks.stream().sorted(Comparator.comparing(Entry::id).reversed()).toList()) {
            List<Entry> children = children(task.id());
            below.put(task.id(), children.stream().mapToInt(c -> 1 + below.get(c.id())).sum());
            List<Object> look = new ArrayList<>(List.of(what(task)));
            children.stream().map(child -> kinds.get(child.id())).sorted().forEach(look::add);
            kinds.put(task.id(), numbers.computeIfAbsent(look, _ -> numbers.size()));
        }
    }

    /** Returns the lines about a loop, each with its line end; {@code all}: without folding. */
    static String of(Loop loop, boolean all) {
        return head(loop) + new TaskTree(loop.tasks(), all).draw();
    }

    /** Returns a number and its noun: '1 task', '10,000 tasks'. */
    static String count(int number, String noun) {
        return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
    }

    private static String head(Loop loop) {
        String name = "event loop on thread " + loop.thread();
        if (loop.answers())
            return "%s: %s, %s, %s ready\n"
                    .formatted(
                            name,
                            count(loop.tasks().size(), "task"),
                            count(loop.timers(), "timer"),
                            count(loop.ready(), "callback"));
        String what = loop.busyWith().isEmpty() ? "a callback" : "task " + loop.busyWith();
        var text = new StringBuilder(name + " hasn't answered for a second: ");
        text.append(what).append(" keeps it busy, here:\n");
        loop.stack().forEach(frame -> text.append("    at ").append(frame).append('\n'));
        return text.append("its tasks, as another thread sees them:\n").toString();
    }

    /** One line of the tree. */
    private record Branch(String indent, boolean last, int level, String text, long task) {
        String below() {
            return indent + (last ? "   " : "\u2502  ");
        }

        @Override
        public String toString() {
            return indent + (last ? "\u2514\u2500 " : "\u251c\u2500 ") + text + "\n";
        }
    }

    /** Draws the tree without recursion, which thousands of levels would end with an error. */
    private String draw() {
        var text = new StringBuilder();
        Deque<Branch> left = new ArrayDeque<>(branches(NOBODY, "", 1));
        for (Branch branch; (branch = left.poll()) != null; ) {
            text.append(branch);
            // A deep level isn't indented further, so that the text stays short enough to print.
            String indent = branch.level() < LEVELS ? branch.below() : branch.indent();
            if (branch.task() != NOBODY)
                branches(branch.task(), indent, branch.level() + 1).reversed().forEach(left::push);
        }
        return text.toString();
    }

    private List<Branch> branches(long maker, String indent, int level) {
        List<Entry> shown = children(maker);
        List<String> folded = new ArrayList<>();
        if (!all && level > LEVELS && !shown.isEmpty()) {
            folded.add("... and " + count(below.get(maker), "task") + " below");
            shown = List.of();
        } else if (!all) {
            Map<Integer, List<Entry>> groups =
                    shown.stream()
                            .collect(
                                    Collectors.groupingBy(
                                            task -> kinds.get(task.id()),
                                            LinkedHashMap::new,
                                            Collectors.toList()));
            Set<Entry> hidden = new HashSet<>();
            for (List<Entry> group : groups.values()) {
                if (group.size() <= 2 * SHOWN) continue;
                List<Entry> rest = group.subList(SHOWN, group.size());
                hidden.addAll(rest);
                folded.add(folded(rest));
            }
            shown = shown.stream().filter(task -> !hidden.contains(task)).toList();
        }
        List<Branch> branches = new ArrayList<>();
        int count = shown.size() + folded.size();
        for (Entry task : shown)
            branches.add(
                    new Branch(
                            indent,
                            branches.size() + 1 == count,
                            level,
                            line(task, level == 1),
                            task.id()));
        for (String text : folded)
            branches.add(new Branch(indent, branches.size() + 1 == count, level, text, NOBODY));
        return branches;
    }

    private String folded(List<Entry> tasks) {
        int deeper = tasks.stream().mapToInt(task -> below.get(task.id())).sum();
        String with = deeper == 0 ? "" : ", with " + count(deeper, "task") + " below them";
        return "... and %,d more like this: %s%s"
                .formatted(tasks.size(), what(tasks.getFirst()), with);
    }

    private List<Entry> children(long maker) {
        return madeBy.getOrDefault(maker, List.of());
    }

    private String line(Entry task, boolean isRoot) {
        String detail = task.detail().isEmpty() ? "" : " " + task.detail();
        String soFar = task.state().equals("waits") ? ", " + time(task.waitedMillis()) : "";
        boolean isOrphan = isRoot && !task.makerName().isEmpty();
        String maker = isOrphan ? ", made by " + task.makerName() + ", which has ended" : "";
        String text = task.name() + ": " + what(task, detail) + soFar + maker;
        return text.replaceAll("\\p{Cntrl}", "?"); // names may come from the network
    }

    private static String time(long millis) {
        return millis < 60_000
                ? "%.1f s so far".formatted(millis / 1e3)
                : "%,d min so far".formatted(millis / 60_000);
    }

    private static String what(Entry task) {
        return what(task, "");
    }

    private static String what(Entry task, String detail) {
        String where =
                task.line().isEmpty() ? "" : " at " + task.method() + " (" + task.line() + ")";
        return switch (task.state()) {
            case "new" -> "has not started";
            case "ready" -> "is ready to run" + where;
            case "waits" -> "waits for " + task.waitsFor() + detail + where;
            default -> task.state() + where;
        };
    }
}

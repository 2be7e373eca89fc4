//SOURCES ../../chart/Chart.java ../../chart/ChartText.java ../notebook/Notebook.java
//SOURCES ../notebook/PlayerBlock.java
package kit.check;

import module java.base;

import chart.Chart;
import chart.ChartText;

import kit.notebook.Notebook;
import kit.notebook.PlayerBlock;

/**
 * The rules for a file that is a JBang script, a JShell session, a Jupyter notebook and a page at
 * once. Each of the four accepts a slightly different language, and no tool checks them all. What
 * these rules forbid breaks at least one of the four, often without a message.
 */
public final class NotebookRules {
    private static final Pattern CELL =
            Pattern.compile("// %%( \\[markdown]| tags=\\[\"(active-ipynb|check)\"])?");
    private static final Pattern CHART = Pattern.compile("(?ms)^// ```chart (.*?)\n(.*?)^// ```$");
    private static final Pattern CONTINUED = Pattern.compile("[.?:+].*");
    private static final Pattern DIRECTIVE =
            Pattern.compile("//\\s*(JAVA|DEPS|SOURCES|FILES|REPOS|[A-Z]+_OPTIONS)\\b.*");
    private static final Pattern RESERVED =
            Pattern.compile("(?:\\w+[<>\\w\\[\\], ]*\\s)(wait|notify)\\(.*");

    private final String file;
    private final List<String> complaints = new ArrayList<>();
    private int number;
    private int firstCellEnd = Integer.MAX_VALUE;

    private NotebookRules(String file) {
        this.file = file;
    }

    /**
     * Returns the complaints about a notebook; empty if it follows every rule.
     *
     * @param file the file's name, for the complaints
     * @param text the file's text
     */
    public static List<String> check(String file, String text) {
        var rules = new NotebookRules(file);
        rules.checkLines(text.lines().toList());
        String name = file.replaceAll(".*/|\\.java$", "");
        if (!name.matches("[a-z][a-z0-9_]*"))
            rules.complain(0, "the file name must be snake_case: it is a class name");
        if (!text.contains("\n// %% [markdown]\n// # "))
            rules.complain(0, "no Markdown cell with a title");
        if (rules.complaints.isEmpty()) rules.checkPlayers(name, text);
        if (rules.complaints.isEmpty()) rules.checkCharts(text);
        return rules.complaints;
    }

    private void checkPlayers(String name, String text) {
        try {
            for (var player : PlayerBlock.in(Notebook.parse(text))) {
                if (!player.chapter().equals(name))
                    complain(0, "its player watches " + player.chapter() + " and not this chapter");
            }
        } catch (IllegalArgumentException e) {
            complain(0, e.getMessage());
        }
    }

    private void checkCharts(String text) {
        try {
            for (MatchResult chart : CHART.matcher(text).results().toList())
                Chart.svg(
                        chart.group(1),
                        ChartText.parse(chart.group(2).replaceAll("(?m)^// ?", "")));
        } catch (IllegalArgumentException e) {
            complain(0, e.getMessage());
        }
    }

    private void checkLines(List<String> lines) {
        String cell = "";
        boolean inTextBlock = false;
        if (!lines.getFirst().equals("// %%"))
            complain(1, "line 1 must be '// %%', or Jupytext changes the file");
        for (String line : lines) {
            number++;
            String before = number > 1 ? lines.get(number - 2) : "";
            String beforeThat = number > 2 ? lines.get(number - 3) : "";
            if (line.contains("\t")) complain("a tab: JShell tries to complete a word at it");
            line.codePoints()
                    .filter(c -> c > 127)
                    .findFirst()
                    .ifPresent(c ->
                            complain(
                                    "U+%04X is not ASCII: Jupytext adds a line to such a file"
                                            .formatted(c)));
            if (!inTextBlock && line.startsWith("// %%")) {
                cell = line;
                if (number > 1 && (!before.isEmpty() || beforeThat.isEmpty()))
                    complain("a cell needs exactly one empty line before it");
                if (!CELL.matcher(line).matches())
                    complain(
                            "a cell is '// %%', '// %% [markdown]' or '// %%"
                                    + " tags=[\"active-ipynb\"]' (or \"check\")");
                continue;
            }
            boolean comment = line.isEmpty() || line.startsWith("//");
            if (cell.endsWith("[markdown]") && !comment)
                complain("code in a Markdown cell: it needs a '// %%' of its own");
            if (cell.endsWith("ipynb\"]") && !comment)
                complain("an active-ipynb cell is commented out in the script");
            if (line.matches("// %\\w.*"))
                complain("Jupytext takes this comment for a magic command");
            boolean code = cell.equals("// %%") || cell.endsWith("check\"]");
            if (code && !inTextBlock) checkCode(line);
            if (line.split("\"\"\"", -1).length % 2 == 0) inTextBlock = !inTextBlock;
        }
        List<String> imports = lines.stream().filter(line -> line.startsWith("import ")).toList();
        if (imports.isEmpty() || !imports.getFirst().equals("import module java.base;"))
            complain(0, "the first import must be 'import module java.base;'");
    }

    /** Checks a line of code at the top level, where JShell ends a snippet as soon as it can. */
    private void checkCode(String line) {
        if (DIRECTIVE.matcher(line).matches() && (number > firstCellEnd || line.startsWith("// ")))
            complain("JBang directives belong in the first cell, without a space after //");
        if (line.isEmpty() || line.startsWith(" ")) {
            if (line.isEmpty()) firstCellEnd = Math.min(firstCellEnd, number);
            return;
        }
        if (CONTINUED.matcher(line).matches())
            complain("JShell ends the snippet before a line that starts like this");
        if (line.matches("@\\w+(\\(.*\\))?"))
            complain("an annotation on a line of its own: JShell ends the snippet after it");
        if (line.startsWith("synchronized "))
            complain("JShell has no synchronized methods at the top level");
        if (RESERVED.matcher(line).matches())
            complain("every object has wait() and notify(): choose another name");
        if (line.startsWith("package ")) complain("a notebook has no package");
        if (line.matches("[a-z][\\w.]*\\(.*\\);"))
            complain("a statement at the top level: only an active-ipynb cell can have one");
    }

    private void complain(String what) {
        complain(number, what);
    }

    private void complain(int line, String what) {
        complaints.add(file + ":" + line + ": " + what);
    }
}

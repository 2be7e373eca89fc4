//SOURCES Row.java
package diagram;

import module java.base;

/** The lifelines and the rows of a sequence diagram, which both drawings show. */
final class Interaction {
    private final List<Lifeline> lifelines = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private int running;

    /**
     * One participant.
     *
     * @param name its name
     * @param first the row at which it begins; -1 if it is there from the start
     * @param last the row at which it ends; {@code Integer.MAX_VALUE} if it does not
     */
    record Lifeline(String name, int first, int last) {
        boolean isAliveAfter(int row) {
            return row >= first && row < last;
        }
    }

    List<Lifeline> lifelines() {
        return lifelines;
    }

    List<Row> rows() {
        return rows;
    }

    /** Adds a lifeline that begins with the row added next, or at the top if there is none yet. */
    int addLifeline(String name) {
        lifelines.add(new Lifeline(name, rows.isEmpty() ? -1 : rows.size(), Integer.MAX_VALUE));
        return lifelines.size() - 1;
    }

    /** One does something to another: {@code from} {@code verb} {@code to}. */
    void call(int from, int to, String verb) {
        add(from, to, Row.Kind.CALL, verb, name(from) + " " + verb + " " + name(to));
    }

    /** A task asks the loop for something. */
    void ask(int task, String label) {
        add(task, 0, Row.Kind.CALL, label, name(task) + " " + label);
    }

    /** The loop runs a task. The label is the verb and, if there is one, the reason. */
    void run(int task, String verb, String reason) {
        running = task;
        String because = reason.isEmpty() ? "" : ": " + reason;
        String sentence = name(0) + " " + verb + " " + name(task) + because;
        add(0, task, Row.Kind.CALL, verb + because, sentence);
    }

    /** A task gives control back to the loop, to wait. */
    void giveBack(int task, String label) {
        giveBack(task, Row.Kind.WAIT, label);
    }

    /** A task gives control back to the loop, and has ended. */
    void end(int task, String label) {
        lifelines.set(task, new Lifeline(name(task), lifelines.get(task).first(), rows.size()));
        giveBack(task, Row.Kind.END, label);
    }

    private void giveBack(int task, Row.Kind kind, String label) {
        running = 0;
        add(task, 0, kind, label, name(task) + " " + label);
    }

    /** Words at a lifeline. */
    void note(int at, String label) {
        add(at, at, Row.Kind.NOTE, label, name(at) + " " + label);
    }

    private void add(int from, int to, Row.Kind kind, String label, String sentence) {
        String capital = sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
        rows.add(new Row(from, to, kind, label, running, capital + "."));
    }

    private String name(int lifeline) {
        return lifeline == 0 ? "the loop" : lifelines.get(lifeline).name();
    }
}

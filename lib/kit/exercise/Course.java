//SOURCES ../Checkout.java ../notebook/Chapters.java ../../script/ScriptException.java
//SOURCES Exercises.java
package kit.exercise;

import module java.base;

import kit.Checkout;
import kit.notebook.Chapters;

import script.ScriptException;

/** The exercises of the checkout, in the order of the book. */
public final class Course {
    /** The exercises, by their names. */
    public static final Exercises EXERCISES =
            new Exercises(Checkout.ROOT.resolve("notebooks/exercises"));

    private Course() {}

    /** Returns the names of all exercises, chapter by chapter. */
    public static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String chapter : Chapters.names()) names.addAll(EXERCISES.of(chapter));
        return names;
    }

    /**
     * Returns an exercise.
     *
     * @throws ScriptException if there is none of this name
     */
    static ExerciseSource find(String name) throws IOException {
        String plain = name.replaceAll("\\.java$", "").replaceAll(".*/", "");
        if (EXERCISES.has(plain)) return EXERCISES.find(plain);
        String start = plain.replaceAll("_?\\d*$", "");
        List<String> near =
                names().stream().filter(known -> known.contains(start)).limit(3).toList();
        String also =
                start.isEmpty() || near.isEmpty()
                        ? "./jbang exercise lists them"
                        : "did you mean " + String.join(" or ", near) + "?";
        throw new ScriptException("exercise: there is no exercise '" + plain + "': " + also);
    }
}

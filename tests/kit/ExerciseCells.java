//SOURCES ../../lib/kit/exercise/Exercises.java ../../lib/kit/notebook/Kernel.java
package tests.kit;

import module java.base;

import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;
import kit.notebook.Notebook;

import org.rapaio.jupyter.kernel.MainApp;

/** Runs the cells of an exercise in the kernel's engine, with its start and then solved. */
final class ExerciseCells {
    private ExerciseCells() {}

    /** Runs an exercise, whose last cell checks it; the arguments are its folder and its name. */
    public static void main(String... args) throws Exception {
        ExerciseSource exercise = new Exercises(Path.of(args[0])).find(args[1]);
        for (String variant : List.of("start", "solution")) {
            for (var cell : Notebook.parse(exercise.text(variant, "../lib")).cells())
                if (cell.type() != Notebook.Type.MARKDOWN) MainApp.kernel.eval(cell.source());
        }
        System.exit(0);
    }
}

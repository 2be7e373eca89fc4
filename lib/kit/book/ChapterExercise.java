//SOURCES ../exercise/ExerciseSource.java JavaHighlighter.java Library.java
//SOURCES Prose.java
package kit.book;

import module java.base;

import kit.exercise.ExerciseSource;

/**
 * An exercise at the end of its chapter's page: the task and its command, hints that unfold, and
 * the solution behind two clicks.
 *
 * @param exercise the exercise
 */
record ChapterExercise(ExerciseSource exercise) {
    /**
     * Returns what the template {@code exercise.html} shows.
     *
     * @param page the prose of the chapter's page, to which the task belongs
     * @param library for the links of the rest, which the search doesn't find
     */
    Map<String, Object> values(Prose page, Library library) {
        var rest = new Prose(library);
        List<Map<String, Object>> hints = new ArrayList<>();
        for (String hint : exercise.hints())
            hints.add(Map.of("number", hints.size() + 1, "text", rest.html(hint)));
        Map<String, Object> values = new HashMap<>();
        values.put("name", exercise.name());
        values.put("task", page.html(exercise.task().replaceFirst("\\A# ", "### ")));
        values.put("hints", hints);
        values.put("code", JavaHighlighter.html(exercise.solution(), _ -> Optional.empty()));
        values.put("explanation", rest.html(exercise.explanation()));
        return values;
    }
}

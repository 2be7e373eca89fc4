//DEPS com.google.code.gson:gson:2.15.0
//SOURCES Step.java ../notebook/Notebook.java
package kit.watch;

import module java.base;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;

import kit.notebook.Notebook;

/** The steps of one run of a chapter, for the player. The recorder's lock guards it. */
final class Recording implements Consumer<Step> {
    /** More steps than anybody wants to go through. */
    private static final int MOST = 300;

    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private final List<Step> steps = new ArrayList<>();

    @Override
    public void accept(Step step) {
        if (steps.size() < MOST) steps.add(step);
    }

    /**
     * Returns the recording as JSON.
     *
     * @param chapter the chapter's name
     * @param command the command that shows it live
     * @param clients the commands of the clients
     * @param source the lines of the chapter's code
     */
    String json(String chapter, String command, List<String> clients, List<Notebook.Line> source) {
        Map<String, Object> recording = new LinkedHashMap<>();
        recording.put("chapter", chapter);
        recording.put("command", command);
        recording.put("clients", clients);
        recording.put("source", source);
        List<JsonObject> all = new ArrayList<>();
        Step before = null;
        for (Step step : steps) {
            all.add(json(step, before));
            before = step;
        }
        long start = steps.isEmpty() ? 0 : steps.getFirst().t();
        for (JsonObject step : all) step.addProperty("t", step.get("t").getAsLong() - start);
        recording.put("steps", all);
        return GSON.toJson(recording);
    }

    /**
     * Returns a step as JSON: what has changed since the step before, or everything if that is
     * null.
     */
    static JsonObject json(Step step, Step before) {
        var json = new JsonObject();
        json.addProperty("t", step.t());
        json.addProperty("say", step.say());
        step.state()
                .forEach((key, value) -> {
                    if (before == null || !value.equals(before.state().get(key)))
                        json.add(key, GSON.toJsonTree(value));
                });
        if (!step.printed().isEmpty() || before == null)
            json.add("printed", GSON.toJsonTree(step.printed()));
        return json;
    }
}

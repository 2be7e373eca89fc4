//DEPS com.google.code.gson:gson:2.15.0
//SOURCES Notebook.java
package kit.notebook;

import module java.base;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import kit.notebook.Notebook.Cell;
import kit.notebook.Notebook.Type;

/**
 * Converts chapters into Jupyter notebooks (nbformat 4.5) and back. A notebook gets the same cells
 * as Jupytext makes of the chapter's file, and the metadata with which Jupytext pairs the two.
 */
public final class IpynbFormat {
    /** The name of our kernelspec. */
    static final String KERNEL = "aio-notebooks";

    static final String KERNEL_TITLE = "Java 25 (asynchronous I/O)";
    private static final String ACTIVE = "active-ipynb";
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().setPrettyPrinting().disableHtmlEscaping().create();
    private static final String METADATA =
            """
            {
              "jupytext": {
                "cell_metadata_filter": "tags,-all",
                "formats": "ipynb,java:percent",
                "main_language": "java",
                "notebook_metadata_filter": "-all",
                "text_representation": {
                  "extension": ".java", "format_name": "percent", "format_version": "1.3"
                }
              },
              "kernelspec": {"display_name": "%s", "language": "java", "name": "%s"},
              "language_info": {
                "file_extension": ".java", "mimetype": "text/x-java-source", "name": "java"
              }
            }
            """
                    .formatted(KERNEL_TITLE, KERNEL);

    private IpynbFormat() {}

    /**
     * Returns the notebook ({@code .ipynb}) of a chapter's text.
     *
     * @throws IllegalArgumentException if the text is not a chapter
     */
    public static String fromJava(String java) {
        var cells = new JsonArray();
        for (Cell cell : Notebook.parse(java).cells()) cells.add(json(cell, cells.size() + 1));
        var notebook = new JsonObject();
        notebook.add("cells", cells);
        notebook.add("metadata", JsonParser.parseString(METADATA));
        notebook.addProperty("nbformat", 4);
        notebook.addProperty("nbformat_minor", 5);
        return JSON.toJson(notebook) + "\n";
    }

    private static JsonObject json(Cell cell, int number) {
        var json = new JsonObject();
        boolean prose = cell.type() == Type.MARKDOWN;
        json.addProperty("cell_type", prose ? "markdown" : "code");
        if (!prose) json.add("execution_count", null);
        json.addProperty("id", "cell-" + number);
        var metadata = new JsonObject();
        if (cell.type() == Type.ACTIVE) {
            var tags = new JsonArray();
            tags.add(ACTIVE);
            metadata.add("tags", tags);
        }
        json.add("metadata", metadata);
        if (!prose) json.add("outputs", new JsonArray());
        json.add("source", lines(cell.source()));
        return json;
    }

    /** Returns the lines, each with its line end, as Jupyter writes them. */
    private static JsonArray lines(String source) {
        var lines = new JsonArray();
        int from = 0;
        for (int end = source.indexOf('\n'); end >= 0; end = source.indexOf('\n', from)) {
            lines.add(source.substring(from, end + 1));
            from = end + 1;
        }
        if (from < source.length()) lines.add(source.substring(from));
        return lines;
    }

    /**
     * Returns the chapter ({@code .java}) of a notebook's text, without the notebook's outputs.
     *
     * @throws IllegalArgumentException if the text is not a notebook, or has a cell that a chapter
     *     cannot have; the message says which
     */
    public static String toJava(String ipynb) {
        List<Cell> cells = new ArrayList<>();
        try {
            for (JsonElement cell :
                    JsonParser.parseString(ipynb).getAsJsonObject().getAsJsonArray("cells"))
                cells.add(cell(cell.getAsJsonObject(), cells.size() + 1));
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException e) {
            throw new IllegalArgumentException("it is not a Jupyter notebook", e);
        }
        return new Notebook(cells).text();
    }

    private static Cell cell(JsonObject json, int number) {
        JsonElement source = json.get("source");
        String text =
                source.isJsonPrimitive()
                        ? source.getAsString()
                        : source.getAsJsonArray().asList().stream()
                                .map(JsonElement::getAsString)
                                .collect(Collectors.joining());
        String type = json.get("cell_type").getAsString();
        return switch (type) {
            case "markdown" -> new Cell(Type.MARKDOWN, text.stripTrailing());
            case "code" -> new Cell(isActive(json) ? Type.ACTIVE : Type.CODE, text.stripTrailing());
            default ->
                    throw new IllegalArgumentException(
                            "cell "
                                    + number
                                    + " is '"
                                    + type
                                    + "': a chapter has code and Markdown");
        };
    }

    private static boolean isActive(JsonObject json) {
        JsonElement tags = json.getAsJsonObject("metadata").get("tags");
        return tags != null && tags.getAsJsonArray().toString().contains('"' + ACTIVE + '"');
    }
}

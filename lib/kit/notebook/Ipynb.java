//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../exercise/Course.java Chapters.java IpynbFormat.java
package kit.notebook;

import module java.base;

import kit.exercise.Course;

/** {@code ./jbang ipynb}: converts chapters into Jupyter notebooks, and notebooks back. */
public final class Ipynb {
    private Ipynb() {}

    /** Converts what the arguments name; {@code --help} explains them. */
    public static void main(String... args) throws IOException {
        List<String> names = new ArrayList<>(List.of(args));
        if (names.contains("--help")) {
            IO.print(
                    """
                    usage: ipynb [chapter or file.ipynb...] [-o dir]

                    Converts chapters into Jupyter notebooks, all of them if you name none, and
                    exercises that you name, such as bio_server_1; and a notebook, say an edited
                    one, back into a chapter.

                      -o dir  where to (default: this folder)
                    """);
            return;
        }
        Path folder = Path.of("");
        int option = names.indexOf("-o");
        if (option >= 0) {
            if (option + 1 == names.size()) fail("-o needs a folder");
            folder = Path.of(names.remove(option + 1));
            names.remove(option);
        }
        for (String name : names)
            if (name.startsWith("-")) fail("there is no option " + name + " (try --help)");
        Files.createDirectories(folder);
        for (String name : names.isEmpty() ? Chapters.names() : names) convert(name, folder);
    }

    private static void convert(String name, Path folder) throws IOException {
        boolean back = name.endsWith(".ipynb");
        boolean exercise = Course.EXERCISES.has(name);
        Path from = back ? Path.of(name) : Chapters.file(name);
        if (!exercise && !Files.isRegularFile(from))
            fail(back ? "there is no file " + name : Chapters.unknown(name));
        String base = from.getFileName().toString().replaceAll("\\.[a-z]+$", "");
        Path to = folder.resolve(base + (back ? ".java" : ".ipynb"));
        String text = exercise ? Course.EXERCISES.find(name).start() : Files.readString(from);
        try {
            Files.writeString(to, back ? IpynbFormat.toJava(text) : IpynbFormat.fromJava(text));
        } catch (IllegalArgumentException e) {
            fail(name + ": " + e.getMessage());
        }
        IO.println(to);
    }

    private static void fail(String message) {
        System.err.println("ipynb: " + message);
        System.exit(1);
    }
}

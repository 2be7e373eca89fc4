package kit;

import module java.base;

/** The checkout in which a command runs. */
public final class Checkout {
    public static final Path ROOT = root();

    private Checkout() {}

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.exists(folder.resolve("jbang-catalog.json"))) return folder;
        }
        System.err.println(
                "run this in a checkout: there is no jbang-catalog.json here or in a folder above");
        System.exit(1);
        throw new AssertionError();
    }

    /** Returns the Java files below these top-level folders, sorted. */
    public static List<Path> javaFiles(String... folders) throws IOException {
        return files(".java", folders);
    }

    /** Returns the files with prose for readers: all Java, and all Markdown. */
    public static List<Path> proseFiles() throws IOException {
        List<Path> found = javaFiles("notebooks", "lib", "tests");
        found.addAll(files(".md", "notebooks", "tests"));
        if (Files.exists(ROOT.resolve("README.md"))) found.add(ROOT.resolve("README.md"));
        return found;
    }

    private static List<Path> files(String suffix, String... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(suffix)).sorted().forEach(found::add);
            }
        }
        return found;
    }

    /** Returns a file's path, relative to the checkout. */
    public static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}

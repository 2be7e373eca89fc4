//SOURCES ../Checkout.java
package kit.notebook;

import module java.base;

import kit.Checkout;

/**
 * The class path that JBang gives a chapter. JBang takes a second to say it and another to build,
 * so its answer is kept in the user's cache folder, beside the launcher's, and used again until a
 * source is newer than the answer or a jar is missing.
 */
final class ChapterJars {
    private ChapterJars() {}

    /** Returns the chapter's own jar and those of its dependencies; builds and fetches them. */
    static List<String> of(String name, Path chapter) throws IOException {
        Path answer = folder().resolve(name + "-" + Integer.toHexString(key().hashCode()));
        if (Files.exists(answer)) {
            List<String> jars = Files.readAllLines(answer);
            boolean there = jars.stream().allMatch(jar -> Files.exists(Path.of(jar)));
            if (there && newest(chapter) < Files.getLastModifiedTime(answer).toMillis())
                return jars;
        }
        FileTime asked = FileTime.from(Instant.now());
        jbang("build", chapter.toString());
        String said = jbang("info", "classpath", chapter.toString()).strip();
        if (said.isEmpty()) return List.of(); // JBang has printed why
        List<String> jars = List.of(said.split(File.pathSeparator));
        Files.createDirectories(folder());
        Path whole = Files.createTempFile(folder(), name, ".new");
        Files.write(whole, jars);
        Files.setLastModifiedTime(whole, asked);
        Files.move(whole, answer, StandardCopyOption.ATOMIC_MOVE);
        return jars;
    }

    private static Path folder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getenv("HOME"));
        return (cache == null ? home.resolve(".cache") : Path.of(cache))
                .resolve("aio-notebooks/jars");
    }

    private static String key() {
        return Checkout.ROOT + "\n" + System.getProperty("java.home");
    }

    /** Returns when the chapter or a file of the library was last changed, in milliseconds. */
    private static long newest(Path chapter) throws IOException {
        List<Path> sources = Checkout.javaFiles("lib");
        sources.add(chapter);
        long newest = 0;
        for (Path source : sources)
            newest = Math.max(newest, Files.getLastModifiedTime(source).toMillis());
        return newest;
    }

    private static String jbang(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(args));
        command.addFirst(Checkout.ROOT.resolve("jbang").toString());
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

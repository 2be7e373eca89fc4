//SOURCES ../Checkout.java
package kit.notebook;

import module java.base;

import kit.Checkout;

/**
 * The class paths that JBang gives to chapters. JBang takes half a second to say one and as long
 * again to see that nothing has to be built, so its answer is kept in a folder, and used until a
 * source is newer or a jar is missing. Any thread and any process may use the same folder.
 */
public final class ChapterJars {
    private final Path folder;
    private final Function<Path, String> builder;

    /**
     * Keeps answers.
     *
     * @param folder where; it is made if it doesn't exist
     * @param builder builds a chapter and returns its class path; empty if it can't be built
     */
    public ChapterJars(Path folder, Function<Path, String> builder) {
        this.folder = folder;
        this.builder = builder;
    }

    /** Makes one that asks JBang, and keeps its answers beside the launcher's. */
    static ChapterJars ofJbang() {
        String cache = System.getenv("XDG_CACHE_HOME");
        boolean isSet = cache != null && !cache.isEmpty();
        Path caches = isSet ? Path.of(cache) : Path.of(System.getenv("HOME"), ".cache");
        return new ChapterJars(
                caches.resolve("aio-notebooks/jars"),
                chapter -> {
                    jbang("build", chapter.toString());
                    return jbang("info", "classpath", chapter.toString()).strip();
                });
    }

    /** Returns the chapter's own jar and those that it needs; none if it can't be built. */
    public List<String> of(Path chapter) throws IOException {
        Path answer = folder.resolve(key(chapter));
        if (Files.exists(answer)) {
            List<String> jars = Files.readAllLines(answer);
            boolean there = jars.stream().allMatch(jar -> Files.exists(Path.of(jar)));
            if (there && newest(chapter) < Files.getLastModifiedTime(answer).toMillis())
                return jars;
        }
        FileTime asked = FileTime.from(Instant.now());
        String said = builder.apply(chapter);
        if (said.isEmpty()) return List.of();
        List<String> jars = List.of(said.split(File.pathSeparator));
        Files.createDirectories(folder);
        Path whole = Files.createTempFile(folder, "new", "");
        Files.write(whole, jars);
        Files.setLastModifiedTime(whole, asked);
        Files.move(whole, answer, StandardCopyOption.ATOMIC_MOVE);
        return jars;
    }

    private static String key(Path chapter) {
        String all = chapter + "\n" + System.getProperty("java.home");
        return chapter.getFileName() + "-" + Integer.toHexString(all.hashCode());
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

    private static String jbang(String... args) {
        List<String> command = new ArrayList<>(List.of(args));
        command.addFirst(Checkout.ROOT.resolve("jbang").toString());
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

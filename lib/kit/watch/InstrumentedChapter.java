//SOURCES ChapterCompiler.java Instrumentation.java
package kit.watch;

import module java.base;

/**
 * A chapter whose code calls the {@link Probe} at each line. The chapter's file stays as it is: the
 * calls are put into the class files that javac makes of it.
 */
final class InstrumentedChapter {
    /** A line that only ends what others have begun. */
    private static final Pattern NOTHING = Pattern.compile("[\\s})\\];,]*");

    private final Class<?> type;

    private InstrumentedChapter(Class<?> type) {
        this.type = type;
    }

    /**
     * Compiles, instruments and loads a chapter.
     *
     * @param file the chapter's source
     * @param classPath the library, and what else the chapter needs
     * @param parent knows the classes of that class path
     * @throws IllegalArgumentException if it doesn't compile
     */
    static InstrumentedChapter load(Path file, String classPath, ClassLoader parent)
            throws IOException, ClassNotFoundException {
        var compiled = ChapterCompiler.compile(file, classPath);
        List<String> lines = Files.readAllLines(file);
        Set<Integer> empty =
                IntStream.rangeClosed(1, lines.size())
                        .filter(line -> NOTHING.matcher(lines.get(line - 1)).matches())
                        .boxed()
                        .collect(Collectors.toSet());
        var loader = new Loader(parent, new Instrumentation(compiled, empty, parent).all());
        String name = file.getFileName().toString().replaceAll("\\.java$", "");
        return new InstrumentedChapter(loader.loadClass(name));
    }

    /** Runs the chapter's {@code main} on the calling thread, and throws what it throws. */
    void main(String... args) throws Exception {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        var main = type.getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(constructor.newInstance(), (Object) args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw e;
        }
    }

    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(ClassLoader parent, Map<String, byte[]> classes) {
            super(parent);
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) throw new ClassNotFoundException(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}

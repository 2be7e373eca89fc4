//SOURCES ../../exercise/Check.java
package kit.exercise;

import module java.base;

import exercise.Check;
import exercise.Verdict;

/**
 * The process in which a reader's code runs. It waits on its standard input for the classes, runs
 * the check, and writes the verdict on its standard output. Whatever the code does then, this
 * process ends.
 */
public final class ReaderMain {
    private ReaderMain() {}

    /** Finds the reader's classes. */
    private static final class Classes extends ClassLoader {
        private final Map<String, byte[]> bytes;

        Classes(Map<String, byte[]> bytes) {
            super(ReaderMain.class.getClassLoader());
            this.bytes = bytes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] found = bytes.get(name);
            if (found == null) throw new ClassNotFoundException(name);
            return defineClass(name, found, 0, found.length);
        }
    }

    /** Writes what {@link #main} reads: a name, the number of the reader's lines, and classes. */
    static void write(DataOutputStream out, String name, int lines, Map<String, byte[]> classes)
            throws IOException {
        out.writeUTF(name);
        out.writeInt(lines);
        out.writeInt(classes.size());
        for (var entry : classes.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        out.flush();
    }

    /** Runs one check; ends without a verdict if its input ends early. */
    public static void main(String... args) throws Exception {
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        String name = in.readUTF();
        int lines = in.readInt();
        Map<String, byte[]> classes = new HashMap<>();
        for (int count = in.readInt(); count > 0; count--)
            classes.put(in.readUTF(), in.readNBytes(in.readInt()));
        System.setIn(InputStream.nullInputStream());
        var loader = new Classes(classes);
        Verdict verdict =
                Check.run(
                        () -> check(loader.loadClass(name)),
                        frame -> isReaders(frame, name, lines));
        verdict.write(out);
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(0);
    }

    private static void check(Class<?> type) throws Throwable {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        var check = type.getDeclaredMethod("verify");
        check.setAccessible(true);
        try {
            check.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean isReaders(StackTraceElement frame, String name, int lines) {
        String type = frame.getClassName();
        return (type.equals(name) || type.startsWith(name + "$")) && frame.getLineNumber() <= lines;
    }
}

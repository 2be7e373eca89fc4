//SOURCES LineCalls.java
package kit.watch;

import module java.base;

/**
 * Puts calls of the {@link Probe} into the class files of one chapter: at each line, where a lambda
 * is made, and where a coroutine is made or resumed. The numbers of the lines are those of the
 * chapter's file.
 */
final class Instrumentation {
    private static final String RECORD_METHODS = "java.lang.runtime.ObjectMethods";

    private final Map<String, byte[]> compiled;
    private final Set<Integer> empty;
    private final ClassFile format;

    /**
     * @param compiled the class files by the names of their classes
     * @param empty lines at which nothing is called
     * @param parent knows the classes that the compiled ones use
     */
    Instrumentation(Map<String, byte[]> compiled, Set<Integer> empty, ClassLoader parent) {
        this.compiled = compiled;
        this.empty = empty;
        var resolver =
                ClassHierarchyResolver.ofResourceParsing(this::resource)
                        .orElse(ClassHierarchyResolver.ofResourceParsing(parent));
        format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    }

    private InputStream resource(ClassDesc type) {
        String descriptor = type.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
        byte[] bytes = compiled.get(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    /** Returns the class files with the calls in them. */
    Map<String, byte[]> all() {
        Map<String, byte[]> all = new TreeMap<>();
        compiled.forEach((name, bytes) -> all.put(name, instrumented(bytes)));
        return all;
    }

    private byte[] instrumented(byte[] bytes) {
        ClassModel model = format.parse(bytes);
        Map<String, Integer> firstLines = new HashMap<>();
        Set<Integer> skipped = new HashSet<>(empty);
        for (MethodModel method : model.methods()) {
            List<Integer> lines = lines(method);
            if (lines.isEmpty()) continue;
            firstLines.putIfAbsent(method.methodName().stringValue(), lines.getFirst());
            if (isGenerated(method)) skipped.addAll(lines);
        }
        ClassTransform transform =
                (builder, element) -> {
                    if (element instanceof MethodModel method && method.code().isPresent()) {
                        var calls = new LineCalls(model, method, firstLines, skipped);
                        builder.transformMethod(method, MethodTransform.transformingCode(calls));
                    } else {
                        builder.with(element);
                    }
                };
        return format.transformClass(model, transform);
    }

    private static List<Integer> lines(MethodModel method) {
        if (method.code().isEmpty()) return List.of();
        return method.code()
                .get()
                .elementStream()
                .filter(LineNumber.class::isInstance)
                .map(element -> ((LineNumber) element).line())
                .toList();
    }

    /**
     * Returns whether a method is one that javac makes for every record. Its line is that of the
     * record's header, and so are those of the constructor and of the accessors.
     */
    private static boolean isGenerated(MethodModel method) {
        return method.code()
                .get()
                .elementStream()
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(element -> ((InvokeDynamicInstruction) element).bootstrapMethod().owner())
                .anyMatch(owner -> owner.equals(ClassDesc.of(RECORD_METHODS)));
    }
}

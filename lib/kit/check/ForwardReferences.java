//SOURCES ../Checkout.java
package kit.check;

import module jdk.compiler;

import module java.base;

import com.sun.source.tree.IdentifierTree;

import kit.Checkout;

import javax.tools.ToolProvider;

/**
 * Finds classes of a notebook that name a class of a later cell. javac and JShell accept that; a
 * Java kernel runs one cell at a time and rejects it.
 */
final class ForwardReferences {
    private ForwardReferences() {}

    /** Returns the complaints about these notebooks, a line each. */
    static List<String> complaints(List<Path> notebooks) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<String> complaints = new ArrayList<>();
        try (var manager = compiler.getStandardFileManager(_ -> {}, null, null)) {
            var objects = manager.getJavaFileObjectsFromPaths(notebooks);
            var task = (JavacTask) compiler.getTask(null, manager, _ -> {}, null, null, objects);
            var positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                List<ClassTree> types = types(unit);
                Set<String> later = new HashSet<>();
                for (ClassTree type : types.reversed()) {
                    new Names(unit, positions, later, complaints).scan(type, type);
                    later.add(type.getSimpleName().toString());
                }
            }
        }
        return complaints;
    }

    /** Returns the top-level types: in a compact source file, members of the implicit class. */
    private static List<ClassTree> types(CompilationUnitTree unit) {
        Stream<? extends Tree> declared = unit.getTypeDecls().stream();
        if (unit.getTypeDecls().size() == 1
                && unit.getTypeDecls().getFirst() instanceof ClassTree implicit
                && unit.getSourceFile().getName().endsWith(implicit.getSimpleName() + ".java"))
            declared = implicit.getMembers().stream();
        return declared.filter(ClassTree.class::isInstance).map(ClassTree.class::cast).toList();
    }

    /** Walks through one type; passes on that type. */
    private static final class Names extends TreeScanner<Void, ClassTree> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Set<String> later;
        private final List<String> complaints;

        Names(
                CompilationUnitTree unit,
                SourcePositions positions,
                Set<String> later,
                List<String> complaints) {
            this.unit = unit;
            this.positions = positions;
            this.later = later;
            this.complaints = complaints;
        }

        @Override
        public Void visitIdentifier(IdentifierTree name, ClassTree type) {
            if (later.contains(name.getName().toString())) {
                long start = positions.getStartPosition(unit, name);
                complaints.add(
                        "%s:%d: class %s names %s, which a later cell declares: a kernel rejects it"
                                .formatted(
                                        Checkout.name(Path.of(unit.getSourceFile().toUri())),
                                        unit.getLineMap().getLineNumber(start),
                                        type.getSimpleName(),
                                        name.getName()));
            }
            return null;
        }
    }
}

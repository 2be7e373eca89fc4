//SOURCES Javadoc.java
package kit.book;

import module jdk.compiler;

import module java.base;

import com.sun.source.doctree.LiteralTree;

import javax.tools.ToolProvider;

/**
 * One file of the library, parsed by the JDK's own parser.
 *
 * @param type the name of its type
 * @param packageName its package
 * @param text its text
 * @param lines the line, from 1, of each declaration: of the file's own type and its methods by
 *     their names, of a nested type and what is in it by {@code Nested} and {@code Nested.method}
 * @param documentation the words of its Javadoc
 * @param comments the Javadoc of each declaration that has one, by the names of {@code lines}
 */
public record LibraryFile(
        String type,
        String packageName,
        String text,
        Map<String, Long> lines,
        String documentation,
        Map<String, DocCommentTree> comments) {

    /** Parses the files, without compiling them, and returns them in their order. */
    public static List<LibraryFile> parse(List<Path> files) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<LibraryFile> parsed = new ArrayList<>();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var objects = manager.getJavaFileObjectsFromPaths(files);
            var task = (JavacTask) compiler.getTask(null, manager, null, null, null, objects);
            var trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) parsed.add(of(unit, trees));
        }
        return parsed;
    }

    private static LibraryFile of(CompilationUnitTree unit, DocTrees trees) throws IOException {
        var declarations = new Declarations(unit, trees);
        declarations.scan(unit, null);
        return new LibraryFile(
                ((ClassTree) unit.getTypeDecls().getFirst()).getSimpleName().toString(),
                unit.getPackageName().toString(),
                unit.getSourceFile().getCharContent(false).toString(),
                declarations.lines,
                declarations.documentation.toString(),
                declarations.comments);
    }

    /** Visits the types and their methods, but not their bodies; passes on the outer type. */
    private static final class Declarations extends TreePathScanner<Void, String> {
        private final CompilationUnitTree unit;
        private final DocTrees trees;
        private final Map<String, Long> lines = new LinkedHashMap<>();
        private final StringBuilder documentation = new StringBuilder();
        private final Map<String, DocCommentTree> comments = new LinkedHashMap<>();

        Declarations(CompilationUnitTree unit, DocTrees trees) {
            this.unit = unit;
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, String outer) {
            String name = outer == null ? "" : outer;
            add(type, name + type.getSimpleName());
            return scan(type.getMembers(), outer == null ? "" : name + type.getSimpleName() + ".");
        }

        @Override
        public Void visitMethod(MethodTree method, String outer) {
            if (method.getReturnType() != null) add(method, outer + method.getName());
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, String outer) {
            return null;
        }

        private void add(Tree declaration, String name) {
            long start = trees.getSourcePositions().getStartPosition(unit, declaration);
            lines.putIfAbsent(name, unit.getLineMap().getLineNumber(start));
            DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
            if (comment != null) comments.putIfAbsent(name, comment);
            new Words().scan(comment, documentation);
        }
    }

    /** The text of a documentation comment without its markup. */
    private static final class Words extends DocTreeScanner<Void, StringBuilder> {
        @Override
        public Void visitText(TextTree text, StringBuilder words) {
            words.append(text.getBody()).append(' ');
            return null;
        }

        @Override
        public Void visitLiteral(LiteralTree literal, StringBuilder words) {
            return visitText(literal.getBody(), words);
        }

        @Override
        public Void visitReference(ReferenceTree reference, StringBuilder words) {
            words.append(reference.getSignature().replace("#", "")).append(' ');
            return null;
        }
    }
}

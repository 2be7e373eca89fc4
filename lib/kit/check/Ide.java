//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java Dependencies.java
package kit.check;

import kit.Checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code ./jbang ide}: writes the files that tell an IDE where the sources and the jars are. They
 * are an Eclipse project, which other IDEs read too.
 */
public final class Ide {
    private static final String PROJECT =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <projectDescription>
              <name>aio-notebooks</name>
              <buildSpec>
                <buildCommand><name>org.eclipse.jdt.core.javabuilder</name></buildCommand>
              </buildSpec>
              <natures><nature>org.eclipse.jdt.core.javanature</nature></natures>
            </projectDescription>
            """;

    /**
     * Eclipse expects a class in the folder of its package below a source folder. The packages of
     * tests/ start with {@code tests}, so their source folder is the checkout itself. The classes
     * of tests/inside/ are in packages of the library.
     */
    private static final String CLASS_PATH =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <classpath>
              <classpathentry kind="src" path="lib"/>
              <classpathentry kind="src" path="notebooks" excluding="exercises/"/>
              <classpathentry kind="src" path="notebooks/exercises"/>
              <classpathentry kind="src" path="tests/inside"/>
              <classpathentry kind="src" path="" including="tests/"
                excluding="lib/|notebooks/|tests/inside/|build/|exercises/"/>
              <classpathentry kind="con" path="org.eclipse.jdt.launching.JRE_CONTAINER/\
            org.eclipse.jdt.internal.debug.ui.launcher.StandardVMType/JavaSE-25"/>
            %s  <classpathentry kind="output" path="build/ide"/>
            </classpath>
            """;

    private static final String SETTINGS =
            """
            eclipse.preferences.version=1
            org.eclipse.jdt.core.compiler.codegen.targetPlatform=25
            org.eclipse.jdt.core.compiler.compliance=25
            org.eclipse.jdt.core.compiler.release=enabled
            org.eclipse.jdt.core.compiler.source=25
            """;

    private Ide() {}

    /**
     * Writes the files.
     *
     * @param args empty, or {@code --help}
     */
    public static void main(String... args) {
        if (List.of(args).contains("--help")) {
            IO.print(
                    """
                    usage: ide

                    Writes .project, .classpath and .settings/ into the checkout, for Eclipse and for
                    IDEs that read its projects (VS Code with the Java extensions; IntelliJ IDEA
                    imports them). Then open the checkout. Run it again after a change to a //DEPS
                    line.
                    """);
            return;
        }
        if (args.length > 0) fail("it does not take '" + args[0] + "' (try --help)");
        try {
            write();
        } catch (IOException e) {
            fail(e.getMessage());
        }
    }

    private static void write() throws IOException {
        var jars = new StringBuilder();
        for (String jar : Dependencies.jars(Checkout.javaFiles("lib", "tests", "notebooks"))) {
            String path = jar.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
            jars.append("  <classpathentry kind=\"lib\" path=\"%s\"/>\n".formatted(path));
        }
        Path settings = Files.createDirectories(Checkout.ROOT.resolve(".settings"));
        Files.writeString(settings.resolve("org.eclipse.jdt.core.prefs"), SETTINGS);
        Files.writeString(Checkout.ROOT.resolve(".project"), PROJECT);
        Files.writeString(Checkout.ROOT.resolve(".classpath"), CLASS_PATH.formatted(jars));
        IO.println("written: .project, .classpath, .settings/. Now open " + Checkout.ROOT);
    }

    private static void fail(String message) {
        System.err.println("ide: " + message);
        System.exit(1);
    }
}

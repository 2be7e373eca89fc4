//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkout served as a web site on this machine. Its chapters run from there, by their URL or
 * the catalog's; the commands need a checkout and say so.
 */
@Tag(TestRun.SLOW)
class UrlTest {
    private static final Pattern BY_PATTERN = Pattern.compile("(?m)^//SOURCES .*\\*");

    /** A JBang folder of the test's own, so that the developer's is not changed. */
    @TempDir static Path jbang;

    private static HttpServer site;

    @TempDir Path elsewhere;

    public static void main(String... args) {
        TestRun.main(UrlTest.class);
    }

    @BeforeAll
    static void serveTheCheckout() {
        var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        site = SimpleFileServer.createFileServer(free, Kit.ROOT, OutputLevel.NONE);
        site.start();
    }

    @AfterAll
    static void stop() {
        site.stop(0);
    }

    private static String url(String file) {
        return "http://localhost:" + site.getAddress().getPort() + "/" + file;
    }

    private static ScriptProcess startIn(Path folder, String... args) {
        var launcher = ScriptProcess.launcher(args).directory(folder.toFile());
        launcher.environment().put("JBANG_DIR", jbang.toString());
        launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new ScriptProcess(launcher);
    }

    @Test
    void runsAChapterFromItsUrl() throws IOException {
        String chapter = url("notebooks/http_server.java");
        try (var server = startIn(elsewhere, chapter, "localhost", "0");
                var client = new Socket("localhost", server.port())) {
            client.getOutputStream()
                    .write("GET /index HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        }
    }

    /** It has files of the library that lie in a folder of their own, and those have resources. */
    @Tag(TestRun.LONG)
    @Test
    void buildsAChapterFromItsUrlWithTheResourcesOfItsLibrary() throws IOException {
        String chapter = url("notebooks/tornado_login.java");
        try (var build = startIn(elsewhere, "build", chapter)) {
            assertEquals(0, build.exitCode(), build.toString());
        }
        try (var info = startIn(elsewhere, "info", "classpath", chapter)) {
            assertEquals(0, info.exitCode(), info.toString());
            String jar = info.output().getLast().split(File.pathSeparator)[0];
            try (var built = new JarFile(jar)) {
                assertNotNull(built.getEntry("lesson/login/LoginPages.class"));
                assertNotNull(built.getEntry("lesson/login/login.mustache"));
                assertNotNull(built.getEntry("lesson/login/welcome.mustache"));
            }
        }
    }

    @Test
    void runsAChapterByTheNameInACatalogElsewhere() {
        try (var chapter = startIn(elsewhere, "nio_server@" + url(""), "--help")) {
            assertEquals(0, chapter.exitCode(), chapter.toString());
            assertTrue(chapter.output().getFirst().startsWith("usage: nio_server"));
        }
    }

    /** JBang cannot list the folders of a site: it would leave the files out. */
    @Test
    void noChapterAndNoFileOfTheLibraryNamesItsFilesByAPattern() throws IOException {
        try (Stream<Path> files =
                Stream.concat(
                        Files.walk(Kit.ROOT.resolve("lib")),
                        Files.list(Kit.ROOT.resolve("notebooks")))) {
            for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
                if (file.startsWith(Kit.ROOT.resolve("lib/kit"))) continue;
                assertFalse(
                        BY_PATTERN.matcher(Files.readString(file)).find(), () -> file.toString());
            }
        }
    }

    @Tag(TestRun.LONG)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lib/kit/notebook/Jshell.java",
                "lib/kit/book/Book.java",
                "lib/kit/console/Outputs.java",
                "tests/RunTests.java"
            })
    void aCommandFromAUrlSaysInOneLineThatItNeedsACheckout(String command) {
        try (var process = startIn(elsewhere, url(command))) {
            assertEquals(1, process.exitCode());
            assertEquals(1, process.errors().size(), process.toString());
            assertTrue(process.errors().getFirst().contains("checkout"), process.toString());
        }
    }

    @Test
    void soDoesOneThatLacksTheLibraryInsideACheckout() {
        try (var process = startIn(Kit.ROOT, url("lib/kit/notebook/Jshell.java"))) {
            assertEquals(1, process.exitCode());
            assertEquals(
                    "[jshell needs a checkout: clone the repository, and call ./jbang jshell"
                            + " there]",
                    process.errors().toString());
        }
    }
}

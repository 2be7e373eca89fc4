//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java BareMachine.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The launcher's answers about names, and what it passes on to JBang (here a fake one). */
class LauncherNamesTest {
    private static final Pattern COMMAND_OF_JBANG = Pattern.compile("  ([a-z]+)  +\\S.*");

    @TempDir Path folder;
    private BareMachine machine;

    public static void main(String... args) {
        TestRun.main(LauncherNamesTest.class);
    }

    @BeforeEach
    void makeTheMachine() throws IOException {
        machine = new BareMachine(folder);
        machine.install("jbang", "echo jbang \"$@\"");
    }

    private ScriptProcess launch(String... args) {
        var launcher = machine.launcher(args);
        return new ScriptProcess(launcher.directory(folder.toFile()));
    }

    private void assertReachesJbang(String name) {
        try (var process = launch(name)) {
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals(List.of("jbang " + name), process.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-h", "--help", "help"})
    void listsPartsChaptersAndCommandsInTheOrderOfTheCatalog(String argument) {
        List<String> expected = new ArrayList<>();
        JsonObject aliases =
                JsonParser.parseString(Kit.read("jbang-catalog.json"))
                        .getAsJsonObject()
                        .getAsJsonObject("aliases");
        int chapter = 0;
        for (String name : aliases.keySet()) {
            JsonObject alias = aliases.getAsJsonObject(name);
            if (!alias.has("description")) continue;
            if (alias.has("part")) expected.add(alias.get("part").getAsString());
            boolean isChapter = alias.get("script-ref").getAsString().startsWith("notebooks/");
            String number = isChapter ? ++chapter + " " : "";
            expected.add(number + name + " " + alias.get("description").getAsString());
        }
        try (var process = argument.isEmpty() ? launch() : launch(argument)) {
            assertEquals(0, process.exitCode());
            List<String> shown =
                    process.output().stream()
                            .map(line -> line.strip().replaceAll(" +", " "))
                            .filter(line -> !line.isEmpty())
                            .toList();
            assertEquals(expected, shown.subList(2, shown.size() - 1));
            assertTrue(
                    process.output().stream().allMatch(line -> line.length() <= 100),
                    process.toString());
        }
    }

    @Test
    void leadsToTheHelpOfOneAndOfJbangItself() {
        try (var one = launch("help", "aio_server");
                var jbang = launch("help", "jbang")) {
            assertEquals(0, one.exitCode());
            assertTrue(one.output().getFirst().matches("jbang aio_server\\S* --help"), one + "");
            assertEquals(0, jbang.exitCode());
            assertEquals(List.of("jbang --quiet --help"), jbang.output());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aio_sever, aio_server",
        "aio_serverr, aio_server",
        "aoi_server, aio_server",
        "aio-server, aio_server",
        "aio_sever.java, aio_server",
        "login, tornado_login",
        "tornado, one of tornado_future tornado_login tornado_chat"
    })
    void suggestsTheNamesNearAnUnknownOne(String typed, String suggestion) {
        assertSays(
                typed,
                "there is no '%s'; did you mean %s? ./jbang lists all names"
                        .formatted(typed, suggestion));
    }

    @Test
    void suggestsNothingForANameThatIsLikeNone() {
        assertSays("xyzzy", "there is no 'xyzzy'; ./jbang lists all names");
    }

    private void assertSays(String typed, String line) {
        try (var process = launch(typed)) {
            assertEquals(2, process.exitCode());
            assertEquals(List.of(), process.output());
            assertEquals(List.of("jbang: " + line), process.errors());
        }
    }

    @Test
    void leavesTheCommandsOfJbangToJbang() {
        int commands = 0;
        try (var help = ScriptProcess.start("help", "jbang")) {
            help.exitCode();
            List<String> lines = new ArrayList<>(help.output());
            lines.addAll(help.errors());
            for (String line : lines) {
                var command = COMMAND_OF_JBANG.matcher(line);
                if (!command.matches() || command.group(1).equals("or")) continue;
                assertReachesJbang(command.group(1));
                commands++;
            }
            assertTrue(commands > 12, help.toString());
        }
    }

    @Test
    void leavesFilesUrlsAndCoordinatesToJbang() throws IOException {
        Files.writeString(folder.resolve("mine.java"), "void main() {}");
        assertReachesJbang("mine.java");
        assertReachesJbang("https://localhost/aio_sever.java");
        assertReachesJbang("name@catalog");
        assertReachesJbang("group:artifact:1");
    }

    @Test
    void leavesTheNamesOfTheUsersOwnCatalogsToJbang() throws IOException {
        String catalog = "{\"aliases\": {\"mine\": {\"script-ref\": \"mine.java\"}}}";
        Path home = folder.resolve("home/.jbang/jbang-catalog.json");
        Files.createDirectories(home.getParent());
        for (Path file : List.of(home, folder.resolve("jbang-catalog.json"))) {
            assertSays("mine", "there is no 'mine'; ./jbang lists all names");
            Files.writeString(file, catalog);
            assertReachesJbang("mine");
            Files.delete(file);
        }
    }
}

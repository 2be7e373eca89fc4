//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/** On a processor whose layouts it doesn't know, a chapter that calls Linux says so and ends. */
@EnabledOnOs(OS.LINUX)
class PlatformTest {
    public static void main(String... args) {
        TestRun.main(PlatformTest.class);
    }

    @ParameterizedTest
    @CsvSource({
        "io_multiplexing, localhost",
        "io_multiplexing, --edge",
        "signal_driven_server, --steps",
        "io_uring_server, localhost"
    })
    void saysInOneLineThatItDoesNotKnowTheProcessor(String chapter, String argument) {
        String other = "--runtime-option=-Dos.arch=riscv64";
        try (var script =
                new ScriptProcess(ScriptProcess.launcher("run", other, chapter, argument))) {
            assertEquals(1, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "this calls Linux itself, on x86-64 or aarch64, and here is Linux on"
                                    + " riscv64: run it on a Linux machine or in a container"),
                    script.errors());
            assertEquals(List.of(), script.output());
        }
    }
}

//SOURCES PrintingServerContract.java
package tests.chapters;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import tests.shared.TestRun;

/** The server that waits with select: it makes the same promises. */
@EnabledOnOs(OS.LINUX)
class IoMultiplexingSelectTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(IoMultiplexingSelectTest.class);
    }

    @Override
    String script() {
        return "io_multiplexing";
    }

    @Override
    String[] options() {
        return new String[] {"--with", "select"};
    }
}

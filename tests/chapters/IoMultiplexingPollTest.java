//SOURCES PrintingServerContract.java
package tests.chapters;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import tests.shared.TestRun;

/** The server that waits with poll: it makes the same promises. */
@EnabledOnOs(OS.LINUX)
class IoMultiplexingPollTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(IoMultiplexingPollTest.class);
    }

    @Override
    String script() {
        return "io_multiplexing";
    }

    @Override
    String[] options() {
        return new String[] {"--with", "poll"};
    }
}

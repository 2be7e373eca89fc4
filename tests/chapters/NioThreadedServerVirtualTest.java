//SOURCES PrintingServerContract.java
package tests.chapters;

import org.junit.jupiter.api.Tag;

import tests.shared.TestRun;

/** The server with a virtual thread for each client. */
@Tag(TestRun.SLOW)
class NioThreadedServerVirtualTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(NioThreadedServerVirtualTest.class);
    }

    @Override
    String script() {
        return "nio_threaded_server";
    }

    @Override
    String[] options() {
        return new String[] {"--virtual"};
    }
}

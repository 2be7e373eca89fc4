//SOURCES PrintingServerContract.java
package tests.chapters;

import org.junit.jupiter.api.Tag;

import tests.shared.TestRun;

/** The server with a blocking virtual thread for each client. */
@Tag(TestRun.SLOW)
class BioThreadedServerVirtualTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(BioThreadedServerVirtualTest.class);
    }

    @Override
    String script() {
        return "bio_threaded_server";
    }

    @Override
    String[] options() {
        return new String[] {"--virtual"};
    }
}

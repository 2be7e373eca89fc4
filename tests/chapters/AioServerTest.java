//SOURCES PrintingServerContract.java
package tests.chapters;

import tests.shared.TestRun;

/** The server of the selector and its callbacks. */
class AioServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(AioServerTest.class);
    }

    @Override
    String script() {
        return "aio_server";
    }
}

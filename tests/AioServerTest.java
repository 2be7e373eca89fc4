//SOURCES PrintingServerContract.java
package tests;

/** The server of the selector and its callbacks. */
class AioServerTest extends PrintingServerContract {
    public static void main(String... args) {
        RunTests.main(AioServerTest.class);
    }

    @Override
    String script() {
        return "aio_server";
    }
}

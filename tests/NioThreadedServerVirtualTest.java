//SOURCES PrintingServerContract.java
package tests;

/** The server with a virtual thread for each client. */
class NioThreadedServerVirtualTest extends PrintingServerContract {
    public static void main(String... args) {
        RunTests.main(NioThreadedServerVirtualTest.class);
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

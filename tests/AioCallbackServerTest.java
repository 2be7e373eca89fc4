//SOURCES ConversationContract.java
package tests;

/** The server of the nested callbacks. */
class AioCallbackServerTest extends ConversationContract {
    public static void main(String... args) {
        RunTests.main(AioCallbackServerTest.class);
    }

    @Override
    String script() {
        return "aio_callback_server";
    }
}

//SOURCES ConversationContract.java
package tests.chapters;

import tests.shared.TestRun;

/** The server of the nested callbacks. */
class AioCallbackServerTest extends ConversationContract {
    public static void main(String... args) {
        TestRun.main(AioCallbackServerTest.class);
    }

    @Override
    String script() {
        return "aio_callback_server";
    }
}

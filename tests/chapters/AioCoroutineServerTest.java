//SOURCES LoopServerContract.java
package tests.chapters;

import tests.shared.TestRun;

/** The server of coroutines on the library's event loop. */
class AioCoroutineServerTest extends LoopServerContract {
    public static void main(String... args) {
        TestRun.main(AioCoroutineServerTest.class);
    }

    @Override
    String script() {
        return "aio_coroutine_server";
    }
}

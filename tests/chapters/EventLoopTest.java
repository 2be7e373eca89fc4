//SOURCES LoopServerContract.java
package tests.chapters;

import tests.shared.TestRun;

/** The same server on the loop that the chapter builds. */
class EventLoopTest extends LoopServerContract {
    public static void main(String... args) {
        TestRun.main(EventLoopTest.class);
    }

    @Override
    String script() {
        return "event_loop";
    }
}

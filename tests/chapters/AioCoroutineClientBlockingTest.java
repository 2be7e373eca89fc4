//SOURCES AioCoroutineClientTest.java
package tests.chapters;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.stream.Stream;

/** The same clients as blocking code on virtual threads. */
class AioCoroutineClientBlockingTest extends AioCoroutineClientTest {
    public static void main(String... args) {
        TestRun.main(AioCoroutineClientBlockingTest.class);
    }

    @Override
    ScriptProcess start(String... args) {
        return super.start(
                Stream.concat(Stream.of(args), Stream.of("--blocking")).toArray(String[]::new));
    }

    @Override
    String how() {
        return "virtual threads";
    }
}

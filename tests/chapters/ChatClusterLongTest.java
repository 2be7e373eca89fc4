//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES ChatClient.java ChatClusterCrash.java ClusterNodes.java ClusterWriter.java
package tests.chapters;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import tests.shared.TestRun;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ten runs in a row with 10,000 messages, and ten in which another node is killed. */
@Tag(TestRun.LONG)
@Execution(ExecutionMode.SAME_THREAD)
class ChatClusterLongTest {
    private static final int MESSAGES = 10_000;
    private static final List<Duration> TOLD = Collections.synchronizedList(new ArrayList<>());

    public static void main(String... args) {
        TestRun.main(ChatClusterLongTest.class);
    }

    @RepeatedTest(10)
    void theCoordinatorIsKilled() throws Exception {
        TOLD.add(new ChatClusterCrash(MESSAGES, 1).run());
    }

    @RepeatedTest(10)
    void anotherMemberIsKilled() throws Exception {
        TOLD.add(new ChatClusterCrash(MESSAGES, 3).run());
    }

    @AfterAll
    static void printHowLongItTookUntilTheOthersWereTold() {
        List<Long> millis = TOLD.stream().map(Duration::toMillis).sorted().toList();
        IO.println(
                "from the kill to the new view, in ms: median "
                        + millis.get(millis.size() / 2)
                        + ", all "
                        + millis);
    }
}

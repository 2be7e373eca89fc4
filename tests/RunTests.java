//JAVA 25+
//SOURCES *.java
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.awaitility:awaitility:4.3.0
package tests;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs the tests, all or those of the classes named, and ends with the line {@code N passed, N
 * failed}.
 */
public final class RunTests {
    private static final String USAGE =
            """
            usage: test [class...]

            Runs the tests of the classes named, for example AioServerTest, or all of them.
            """;

    private RunTests() {}

    public static void main(String... args) {
        if (List.of(args).contains("--help")) {
            IO.print(USAGE);
            return;
        }
        System.exit(run(args) ? 0 : 1);
    }

    /** Runs the tests of one class and ends the JVM: what the main method of a test class does. */
    static void main(Class<?> testClass) {
        System.exit(run(testClass.getSimpleName()) ? 0 : 1);
    }

    private static boolean run(String... classes) {
        String names = classes.length == 0 ? ".*Test" : alternatives(classes);
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectPackage("tests"))
                        .filters(includeClassNamePatterns("tests\\.(" + names + ")"))
                        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.mode.default", "concurrent")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.mode.classes.default",
                                "concurrent")
                        .configurationParameter(
                                "junit.jupiter.execution.timeout.testable.method.default", "4 m")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.config.executor-service",
                                "WORKER_THREAD_POOL")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.config.strategy", "fixed")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                        .build();
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary, new Progress());
        var result = summary.getSummary();
        var out = new PrintWriter(System.out);
        result.printFailuresTo(out, 30);
        out.flush();
        long failed = result.getTotalFailureCount();
        long skipped = result.getTestsSkippedCount() + result.getTestsAbortedCount();
        if (result.getTestsFoundCount() == 0)
            IO.println("no test is named " + String.join(", ", classes));
        IO.println(
                result.getTestsSucceededCount()
                        + " passed, "
                        + failed
                        + " failed"
                        + (skipped > 0 ? ", " + skipped + " skipped" : ""));
        return failed == 0 && result.getTestsFoundCount() > 0;
    }

    private static String alternatives(String[] classes) {
        return Arrays.stream(classes).map(Pattern::quote).collect(Collectors.joining("|"));
    }

    /** One line for each test that has ended, with its seconds if it took one or more. */
    private static final class Progress implements TestExecutionListener {
        private final Map<String, Long> starts = new ConcurrentHashMap<>();

        @Override
        public void executionStarted(TestIdentifier test) {
            starts.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest()) return;
            String cause =
                    result.getStatus() == TestExecutionResult.Status.SUCCESSFUL
                            ? ""
                            : result.getThrowable().map(t -> ": " + t.getMessage()).orElse("");
            long seconds =
                    NANOSECONDS.toSeconds(System.nanoTime() - starts.remove(test.getUniqueId()));
            IO.println(
                    word(result)
                            + name(test)
                            + (seconds > 0 ? " " + seconds + " s" : "")
                            + cause.lines().findFirst().orElse(""));
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            IO.println("skipped  " + name(test) + ": " + reason);
        }

        private static String word(TestExecutionResult result) {
            return switch (result.getStatus()) {
                case SUCCESSFUL -> "passed   ";
                case FAILED -> "FAILED   ";
                case ABORTED -> "skipped  ";
            };
        }

        private static String name(TestIdentifier test) {
            String owner =
                    test.getSource()
                            .filter(MethodSource.class::isInstance)
                            .map(source ->
                                    ((MethodSource) source).getJavaClass().getSimpleName() + " ")
                            .orElse("");
            return owner + test.getDisplayName();
        }
    }
}

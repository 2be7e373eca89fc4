//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.awaitility:awaitility:4.3.0
package tests.shared;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs tests, five at a time, and ends with the line {@code N passed, N failed}.
 *
 * <p>A test tagged {@link #SLOW} needs a browser, Jupyter, a JShell, a database, a measurement, a
 * thousand connections, all console blocks of a chapter, or all exercises; one tagged {@link #LONG}
 * repeats something for minutes or measures, needs 10,000 connections, or is a further example of
 * what another test shows.
 */
public final class TestRun {
    public static final String SLOW = "slow";
    public static final String LONG = "long";

    private TestRun() {}

    /** Runs all tests of one class and ends the JVM. For the main method of a test class. */
    public static void main(Class<?> testClass) {
        System.exit(run(selectClass(testClass), ".*", List.of()) ? 0 : 1);
    }

    /**
     * Runs the tests of the named classes, or of all, and returns whether all passed.
     *
     * @param classes their simple names; empty for all
     * @param without the tags of the tests to leave out
     */
    public static boolean run(List<String> classes, List<String> without) {
        String names = classes.isEmpty() ? ".*Test" : alternatives(classes);
        return run(selectPackage("tests"), "tests\\.\\w+\\.(" + names + ")", without);
    }

    private static boolean run(DiscoverySelector selector, String names, List<String> without) {
        var builder =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selector)
                        .filters(includeClassNamePatterns(names))
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
                                "junit.jupiter.execution.parallel.config.fixed.parallelism", "5");
        if (!without.isEmpty()) builder.filters(excludeTags(without));
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(builder.build(), summary, new Progress());
        var result = summary.getSummary();
        var out = new PrintWriter(System.out);
        result.printFailuresTo(out, 30);
        out.flush();
        long failed = result.getTotalFailureCount();
        long skipped = result.getTestsSkippedCount() + result.getTestsAbortedCount();
        if (result.getTestsFoundCount() == 0) IO.println("there is no such test");
        IO.println(
                result.getTestsSucceededCount()
                        + " passed, "
                        + failed
                        + " failed"
                        + (skipped > 0 ? ", " + skipped + " skipped" : ""));
        return failed == 0 && result.getTestsFoundCount() > 0;
    }

    private static String alternatives(List<String> classes) {
        return classes.stream().map(Pattern::quote).collect(Collectors.joining("|"));
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

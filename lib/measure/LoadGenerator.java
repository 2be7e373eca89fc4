//SOURCES Load.java LoadOrder.java LoadResult.java Processors.java
package measure;

import module java.base;

import org.HdrHistogram.Histogram;

/**
 * Runs {@link Load} in a process of its own, on another processor than the server if the system
 * supports that. Use one generator for all loads: its JVM is cold only for the first.
 */
public final class LoadGenerator implements AutoCloseable {
    private final Process process;
    private final BufferedReader results;

    /** Starts the process. */
    public LoadGenerator() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = jar(Load.class) + File.pathSeparator + jar(Histogram.class);
        process =
                Processors.pinned(Processors.LOAD, List.of(java, "-cp", classPath, "measure.Load"))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        results = process.inputReader();
    }

    /** Makes a load and returns its result when it has ended. */
    public LoadResult load(LoadOrder order) throws IOException {
        var orders = process.outputWriter();
        orders.write(order.line());
        orders.newLine();
        orders.flush();
        String line = results.readLine();
        if (line == null) throw new IOException("the load generator has ended");
        return LoadResult.parse(line);
    }

    private static String jar(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process. */
    @Override
    public void close() {
        process.destroy();
    }
}

//SOURCES LoadResult.java Processors.java
package measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs wrk, a load generator in C, if it is installed. It keeps its connections and cannot hold a
 * fixed rate; its latencies are not read.
 */
public final class Wrk {
    private static final Pattern DONE = Pattern.compile("(\\d+) requests in ([\\d.]+)s");

    /** Without wrk's timeouts: those are late answers, and they count as answers. */
    private static final Pattern FAILED =
            Pattern.compile("(?:Non-2xx or 3xx responses:|connect|read|write) (\\d+)");

    private Wrk() {}

    /**
     * Returns whether wrk can be started. The output says so, not the exit code: {@code wrk
     * --version} exits with 1, as {@code taskset} does if there is no wrk.
     */
    public static boolean isInstalled() {
        try {
            return run("--version").startsWith("wrk ");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sends as many requests as the server can handle, on connections that are kept. The result
     * says how many were answered and how many failed; its latencies are NaN.
     *
     * @param port the server's port on this machine
     * @param path the path to request
     * @param clients how many connections
     * @param seconds how long the load lasts, at least one
     * @throws IOException if wrk fails
     */
    public static LoadResult load(int port, String path, int clients, int seconds)
            throws IOException {
        String url = "http://127.0.0.1:" + port + path;
        String output = run("-t1", "-c" + clients, "-d" + seconds + "s", url);
        Matcher done = DONE.matcher(output);
        if (!done.find()) throw new IOException("wrk: " + output.strip());
        long failed =
                FAILED.matcher(output).results().mapToLong(f -> Long.parseLong(f.group(1))).sum();
        double nan = Double.NaN;
        return new LoadResult(
                Long.parseLong(done.group(1)),
                failed,
                Double.parseDouble(done.group(2)),
                nan,
                nan,
                nan,
                nan);
    }

    private static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst("wrk");
        var wrk = Processors.pinned(Processors.LOAD, command).redirectErrorStream(true).start();
        return new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

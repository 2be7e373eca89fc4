//DEPS org.hdrhistogram:HdrHistogram:2.2.2
package measure;

import org.HdrHistogram.Histogram;

import java.util.Arrays;
import java.util.Locale;

/**
 * The result of a load.
 *
 * @param requests how many requests were answered
 * @param failures how many were not
 * @param seconds how long the load lasted
 * @param p50 the latency that half of the requests stayed within, in milliseconds
 * @param p99 the latency that 99 of 100 requests stayed within, in milliseconds
 * @param p999 the latency that 999 of 1,000 requests stayed within, in milliseconds
 * @param busy the part of the time in which the generator itself used a processor, 0 to 1
 */
public record LoadResult(
        long requests,
        long failures,
        double seconds,
        double p50,
        double p99,
        double p999,
        double busy) {
    private static final double NANOS_PER_MILLI = 1e6;

    static LoadResult of(Histogram latencies, long failures, double seconds, double busy) {
        return new LoadResult(
                latencies.getTotalCount(),
                failures,
                seconds,
                latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                busy);
    }

    /** Returns how many requests were answered in a second. */
    public double rate() {
        return requests / seconds;
    }

    /**
     * Returns whether the generator was busy for more than 90 % of the time. Then the figures say
     * more about the generator than about the server.
     */
    public boolean generatorIsTheLimit() {
        return busy > 0.9;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%d %d %f %f %f %f %f",
                requests,
                failures,
                seconds,
                p50,
                p99,
                p999,
                busy);
    }

    static LoadResult parse(String line) {
        double[] n =
                Arrays.stream(line.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new LoadResult((long) n[0], (long) n[1], n[2], n[3], n[4], n[5], n[6]);
    }
}

package measure;

import module java.base;

/**
 * What several rounds found.
 *
 * <p>Whatever else a machine does meanwhile can only make a server slower or more expensive. So of
 * many rounds the better half is nearer to the truth, and the other half says how quiet the machine
 * was.
 *
 * @param lowest the lowest of them
 * @param median the one in the middle
 * @param highest the highest of them
 */
public record Spread(double lowest, double median, double highest) {
    /** Returns the spread of one figure from each round. */
    public static Spread of(List<Double> found) {
        double[] sorted = found.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** Returns the spread of the lower half: for costs. */
    public static Spread ofLower(List<Double> found) {
        return half(found, Comparator.naturalOrder());
    }

    /** Returns the spread of the upper half: for rates. */
    public static Spread ofUpper(List<Double> found) {
        return half(found, Comparator.reverseOrder());
    }

    private static Spread half(List<Double> found, Comparator<Double> order) {
        return of(found.stream().sorted(order).limit((found.size() + 1) / 2).toList());
    }

    /** Returns the ratio of the medians, and how low and how high it may be. */
    public Spread dividedBy(Spread base) {
        return new Spread(lowest / base.highest, median / base.median, highest / base.lowest);
    }
}

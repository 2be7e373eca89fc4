package measure;

import module java.base;

/**
 * The spread of a figure over several rounds.
 *
 * <p>Anything else that runs on the machine can only make a server slower or more expensive. So the
 * better half of many rounds is closer to the truth.
 *
 * @param lowest the lowest figure
 * @param median the median
 * @param highest the highest figure
 */
public record Spread(double lowest, double median, double highest) {
    /** Returns the spread of all figures, one from each round. */
    public static Spread of(List<Double> found) {
        double[] sorted = found.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** Returns the spread of the lower half, which is the better one for costs. */
    public static Spread ofLower(List<Double> found) {
        return half(found, Comparator.naturalOrder());
    }

    /** Returns the spread of the upper half, which is the better one for rates. */
    public static Spread ofUpper(List<Double> found) {
        return half(found, Comparator.reverseOrder());
    }

    private static Spread half(List<Double> found, Comparator<Double> order) {
        return of(found.stream().sorted(order).limit((found.size() + 1) / 2).toList());
    }

    /** Returns the ratio of the medians, with the lowest and the highest ratio that is possible. */
    public Spread dividedBy(Spread base) {
        return new Spread(lowest / base.highest, median / base.median, highest / base.lowest);
    }
}

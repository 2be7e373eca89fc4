package measure;

import module java.base;

/**
 * The spread of a figure over several rounds.
 *
 * @param lowest the lowest figure
 * @param median the middle one, or the mean of the two in the middle
 * @param highest the highest figure
 */
public record Spread(double lowest, double median, double highest) {
    /** Returns the spread of these figures, one from each round. */
    public static Spread of(Collection<Double> found) {
        double[] sorted = found.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /**
     * Returns the median, the lowest and the highest figure as cells of a chart.
     *
     * @param digits how many digits after the decimal point
     */
    public List<String> cells(int digits) {
        return Stream.of(median, lowest, highest)
                .map(value -> ("%,." + digits + "f").formatted(value))
                .toList();
    }
}

package chart;

import module java.base;

/**
 * Where values are along an axis, and which of them have a label.
 *
 * @param low the value at the start
 * @param high the value at the end
 * @param logarithmic whether equal distances are equal ratios
 * @param start the place of the start, in pixels
 * @param end the place of the end, in pixels
 */
record Axis(double low, double high, boolean logarithmic, double start, double end) {
    private static final int STEPS = 5;

    /**
     * Makes an axis that has room for these values: from 0, or from a power of ten if it's
     * logarithmic.
     */
    static Axis of(DoubleStream values, boolean logarithmic, double start, double end) {
        var found = values.filter(Double::isFinite).summaryStatistics();
        if (!logarithmic) {
            double step = step(found.getMax());
            return new Axis(0, step * Math.ceil(found.getMax() / step), false, start, end);
        }
        double low = Math.pow(10, Math.floor(Math.log10(found.getMin())));
        double high = Math.pow(10, Math.ceil(Math.log10(found.getMax())));
        return new Axis(low, Math.max(high, 10 * low), true, start, end);
    }

    /** Returns 1, 2 or 5 times a power of ten. */
    private static double step(double high) {
        if (high <= 0) return 1;
        double rough = high / STEPS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (int times : new int[] {1, 2, 5}) if (rough <= times * power) return times * power;
        return 10 * power;
    }

    /** Returns the place of a value, in pixels. */
    double at(double value) {
        double part =
                logarithmic
                        ? Math.log10(Math.max(value, low) / low) / Math.log10(high / low)
                        : (value - low) / (high - low);
        return start + part * (end - start);
    }

    /** Returns the values that have a label. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double tick = low; tick <= high * 1.001; tick *= 10) ticks.add(tick);
        } else {
            double step = step(high);
            for (int i = 0; i * step <= high * 1.001; i++) ticks.add(i * step);
        }
        return ticks;
    }

    static String label(double value) {
        if (value >= 1 || value == 0) return "%,.0f".formatted(value);
        return BigDecimal.valueOf(value)
                .round(new MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }
}

package kit.exercise;

import module java.base;

/**
 * The places in an exercise's code where its variants differ. A place begins with the line {@code
 * // >>> start} and ends with {@code // <<<}:
 *
 * <pre>{@code
 * // >>> start
 * // conn.setSoTimeout(500);
 * // >>> solution
 * conn.setSoTimeout((int) left.toMillis());
 * // >>> the time is for each read
 * // conn.setSoTimeout(LIMIT);
 * // <<<
 * }</pre>
 *
 * The solution is code; every other variant is in line comments. A variant that a place doesn't
 * name has the solution there, so a wrong attempt is the solution with one mistake.
 */
final class Choices {
    static final String START = "start";
    static final String SOLUTION = "solution";

    private static final Pattern MARKER = Pattern.compile("\\s*// (?:>>> (.+)|<<<)");

    private Choices() {}

    /** Returns whether the code has such a place. */
    static boolean in(String code) {
        return code.lines().anyMatch(line -> MARKER.matcher(line).matches());
    }

    /** Returns the names of the variants that the code names. */
    static Set<String> names(String code) {
        return code.lines()
                .map(MARKER::matcher)
                .filter(marker -> marker.matches() && marker.group(1) != null)
                .map(marker -> marker.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns the code of one variant, without markers.
     *
     * @throws IllegalArgumentException if a place has no start or no solution, or doesn't end
     */
    static String choose(String code, String variant) {
        List<String> chosen = new ArrayList<>();
        Map<String, List<String>> place = new LinkedHashMap<>();
        String branch = "";
        for (String line : code.lines().toList()) {
            var marker = MARKER.matcher(line);
            if (!marker.matches()) {
                if (branch.isEmpty()) chosen.add(line);
                else place.get(branch).add(branch.equals(SOLUTION) ? line : uncommented(line));
            } else if (marker.group(1) != null) {
                branch = marker.group(1);
                place.put(branch, new ArrayList<>());
            } else {
                if (!place.keySet().containsAll(List.of(START, SOLUTION)))
                    throw new IllegalArgumentException("a place without start and solution");
                chosen.addAll(place.getOrDefault(variant, place.get(SOLUTION)));
                place.clear();
                branch = "";
            }
        }
        if (!branch.isEmpty())
            throw new IllegalArgumentException("'// >>> " + branch + "' has no '// <<<'");
        return String.join("\n", chosen);
    }

    /** A commented line has its comment sign where the code begins. */
    private static String uncommented(String line) {
        if (line.isBlank()) return line;
        if (!line.matches("\\s*//( .*)?"))
            throw new IllegalArgumentException("not in a line comment: " + line.strip());
        return line.replaceFirst("// ?", "").stripTrailing();
    }
}

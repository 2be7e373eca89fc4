//SOURCES Syntax.java
package aio.http;

import module java.base;

/** The names and values of a query or a form, decoded. A name may occur more than once. */
public final class Parameters {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    /**
     * Parses {@code a=1&b=two+words&c=%C3%A9} (application/x-www-form-urlencoded, UTF-8).
     *
     * @throws HttpException 400 if the percent-encoding is malformed or not UTF-8
     */
    public Parameters(String encoded) throws HttpException {
        for (String pair : encoded.split("&")) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.computeIfAbsent(Syntax.decode(name, true), _ -> new ArrayList<>())
                    .add(Syntax.decode(value, true));
        }
    }

    /** Returns the first value of that name, or null. */
    public String get(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /** Returns all values of that name, in order. */
    public List<String> getAll(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** Returns the names, in the order of their first occurrence. */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }
}

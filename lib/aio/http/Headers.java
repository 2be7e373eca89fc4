//SOURCES Syntax.java
package aio.http;

import module java.base;

/**
 * Header fields, in order. Case in names is ignored, and a name may occur more than once. Values
 * are ISO-8859-1 without control characters, so user data cannot end a field and start another (RFC
 * 9110, section 5). For one thread at a time.
 */
public final class Headers {
    private static final String[] NONE = {};

    /** Names and values in turn. */
    private String[] fields = NONE;

    private int size;
    private boolean frozen;

    /** Makes an empty list of fields. */
    public Headers() {}

    /** Returns the value of the first field of that name, or null. */
    public String get(String name) {
        for (int i = 0; i < size; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) return fields[i + 1];
        }
        return null;
    }

    /** Returns the values of all fields of that name, in order. */
    public List<String> getAll(String name) {
        var values = new ArrayList<String>();
        forEach((n, value) -> {
            if (n.equalsIgnoreCase(name)) values.add(value);
        });
        return values;
    }

    /**
     * Adds a field after the others.
     *
     * @throws IllegalArgumentException if the name is not a token, or the value contains a line
     *     end, another control character, or a character beyond ISO-8859-1
     */
    public Headers add(String name, String value) {
        checkNotFrozen();
        if (!Syntax.isToken(name)) throw new IllegalArgumentException("field name: " + name);
        if (!Syntax.isFieldValue(value)) {
            throw new IllegalArgumentException("value of " + name + ": not allowed in a header");
        }
        addParsed(name, value);
        return this;
    }

    /** Replaces all fields of that name with one; throws as {@link #add} does. */
    public Headers set(String name, String value) {
        remove(name);
        return add(name, value);
    }

    /** Removes all fields of that name. */
    public void remove(String name) {
        checkNotFrozen();
        int kept = 0;
        for (int i = 0; i < size; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) continue;
            fields[kept++] = fields[i];
            fields[kept++] = fields[i + 1];
        }
        size = kept;
    }

    /** Calls {@code action} with the name and value of each field. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < size; i += 2) action.accept(fields[i], fields[i + 1]);
    }

    /** Makes every later change an error. */
    void freeze() {
        frozen = true;
    }

    private void checkNotFrozen() {
        if (frozen) throw new IllegalStateException("a request's headers cannot be changed");
    }

    /** Adds a field that a parser has checked. */
    void addParsed(String name, String value) {
        if (size == fields.length) fields = Arrays.copyOf(fields, Math.max(8, 2 * size));
        fields[size++] = name;
        fields[size++] = value;
    }

    /** Returns the fields as lines of text, for people to read. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }
}

//SOURCES ScriptException.java
package script;

import module java.base;

/**
 * The arguments of a script, parsed by its usage text. The first line of that text names what the
 * script takes: {@code [name]} is a positional argument, {@code [--name]} a flag, and {@code
 * [--name VALUE]} an option with a value. So the help and the parser always agree.
 *
 * <p>Immutable; any thread may use it.
 */
public final class Arguments {
    private static final Pattern WORD =
            Pattern.compile("\\[(--[a-z-]+)(?: ([A-Z:]+))?]|\\[([a-z]+)]");

    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}");

    private final String script;
    private final Map<String, String> values = new HashMap<>();

    private Arguments(String script) {
        this.script = script;
    }

    /**
     * Parses what the user typed. The first word of the usage text is the script's name. {@code
     * --name=value} means the same as {@code --name value}.
     *
     * @throws ScriptException for an unknown option, an option without its value, or an extra
     *     argument
     */
    public static Arguments parse(String usage, String... args) {
        var arguments = new Arguments(usage.strip().split("\\s", 2)[0]);
        List<String> positional = new ArrayList<>();
        Map<String, Boolean> takesValue = new HashMap<>();
        var words = WORD.matcher(usage.lines().findFirst().orElse(""));
        while (words.find()) {
            if (words.group(1) == null) positional.add(words.group(3));
            else takesValue.put(words.group(1), words.group(2) != null);
        }
        int next = 0;
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                if (next == positional.size())
                    throw arguments.error("does not take '" + args[i] + "'");
                arguments.values.put(positional.get(next++), args[i]);
                continue;
            }
            String[] parts = args[i].split("=", 2);
            Boolean valued = takesValue.get(parts[0]);
            if (valued == null) throw arguments.error("has no option " + parts[0]);
            if (valued && parts.length == 1 && i + 1 == args.length)
                throw arguments.error(parts[0] + " needs a value");
            if (!valued && parts.length == 2) throw arguments.error(parts[0] + " takes no value");
            arguments.values.put(parts[0], parts.length == 2 ? parts[1] : valued ? args[++i] : "");
        }
        return arguments;
    }

    /**
     * Returns the argument {@code host}, by default {@code localhost}.
     *
     * @throws ScriptException if it is empty, or a number, because then the user meant a port
     */
    public String host() {
        String host = values.getOrDefault("host", "localhost");
        if (host.isBlank()) throw error("needs a host name, not ''");
        if (host.chars().allMatch(Character::isDigit))
            throw error("takes the host first; for port " + host + " write: localhost " + host);
        return host;
    }

    /**
     * Returns the argument {@code port}; 0 stands for any free one.
     *
     * @throws ScriptException if it is not a number from 0 to 65535
     */
    public int port(int byDefault) {
        return number("port", byDefault, 0, 65_535);
    }

    /**
     * Returns the number given for an option or a positional argument.
     *
     * @param name the name in the usage text, for example {@code --wait}
     * @throws ScriptException if it is not a whole number from {@code least} to {@code most}
     */
    public int number(String name, int byDefault, int least, int most) {
        String text = values.get(name);
        if (text == null) return byDefault;
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) return number;
        }
        throw error(
                name + " must be a number from " + least + " to " + most + ", not '" + text + "'");
    }

    /** Returns whether a text looks like {@code HOST:PORT}. */
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /**
     * Returns the address of a server, {@code HOST:PORT}, given for an option.
     *
     * @throws ScriptException if it does not look like one
     */
    public String address(String option, String byDefault) {
        String text = values.get(option);
        if (text == null || text.isEmpty()) return byDefault;
        if (isAddress(text)) return text;
        throw error(option + " must be HOST:PORT, not '" + text + "'");
    }

    /** Returns the value of an option, for example {@code --policy}. */
    public String text(String option, String byDefault) {
        return values.getOrDefault(option, byDefault);
    }

    /**
     * Returns the constant whose name in small letters is the value of an option.
     *
     * @throws ScriptException if there is none
     */
    public <E extends Enum<E>> E choice(String option, E byDefault) {
        String text = values.get(option);
        if (text == null) return byDefault;
        List<E> constants = List.of(byDefault.getDeclaringClass().getEnumConstants());
        var names = constants.stream().map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
        if (names.contains(text)) return constants.get(names.indexOf(text));
        throw error(
                option + " must be one of " + String.join(", ", names) + ", not '" + text + "'");
    }

    /** Returns whether a flag was given, for example {@code --virtual}. */
    public boolean has(String option) {
        return values.containsKey(option);
    }

    private ScriptException error(String what) {
        return new ScriptException(script + " " + what + " (try --help)");
    }
}

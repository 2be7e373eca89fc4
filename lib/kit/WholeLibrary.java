//SOURCES ../aio/*.java ../aio/http/*.java ../aio/reactor/*.java ../aio/tasks/*.java
//SOURCES ../aio/web/*.java ../aio/websocket/*.java ../diagram/*.java
//SOURCES ../exercise/*.java
//SOURCES ../lesson/*.java ../lesson/chat/*.java ../linux/*.java
//SOURCES ../script/*.java
package kit;

/**
 * The whole library, compiled together with a command that runs chapters. Its sources are named by
 * patterns, which JBang ignores, with a warning, when it runs the command from a URL.
 */
public final class WholeLibrary {
    /**
     * The option of {@code java} for a JVM that runs chapters: those that call Linux themselves
     * need it, or the JVM prints a warning (JEP 472). A script gets it from {@code lib/linux}.
     */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    /** A class that no command names itself. */
    private static final String SAMPLE = "/aio/reactor/Reactor.class";

    private WholeLibrary() {}

    /**
     * Returns this JVM's class path, which contains the library. If it doesn't, prints what to do
     * and exits with code 1.
     *
     * @param command the name of the command, for the message
     */
    public static String classPath(String command) {
        if (WholeLibrary.class.getResource(SAMPLE) == null) {
            System.err.println(
                    command
                            + " needs a checkout: clone the repository, and call ./jbang "
                            + command
                            + " there");
            System.exit(1);
        }
        return System.getProperty("java.class.path");
    }
}

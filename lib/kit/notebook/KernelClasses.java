//SOURCES Kernel.java PictureDisplay.java
package kit.notebook;

import static java.lang.constant.ConstantDescs.MTD_void;

import module java.base;

import diagram.Picture;

import org.rapaio.jupyter.kernel.channels.LoopThread;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/**
 * Writes the classes that come before the rapaio kernel on its class path. {@link PictureDisplay}
 * shows pictures; {@link Picture} must be the same class for it and for the cells, whose class
 * loader looks here first. The other two are here because version 3.0.1 sometimes never becomes
 * ready. Its channels shell, control and heartbeat each have a {@link LoopThread}, and these are
 * started too early:
 *
 * <ul>
 *   <li>{@code LoopThread.start} starts the thread and then sets {@code running}. If the thread is
 *       faster than that, it sees the flag false and ends, and its channel never answers.
 *   <li>{@link org.rapaio.jupyter.kernel.channels.Channels} makes its table of message handlers
 *       after it has started the threads. A message that arrives before that ends the thread with a
 *       {@code NullPointerException}.
 * </ul>
 *
 * <p>The kernel's API offers no way around that. So this class copies {@code LoopThread} and adds a
 * call at the start of its {@code run}, which waits until {@link Kernel} has connected all
 * channels.
 */
final class KernelClasses {
    private KernelClasses() {}

    /** Writes the classes into a folder, for the class path before the kernel's jar. */
    static void write(Path folder) throws IOException {
        save(folder, Kernel.class, bytes(Kernel.class));
        save(folder, LoopThread.class, waiting(bytes(LoopThread.class)));
        save(folder, Picture.class, bytes(Picture.class));
        save(folder, PictureDisplay.class, bytes(PictureDisplay.class));
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(DisplayProvider.class.getName()),
                PictureDisplay.class.getName() + "\n");
    }

    /** Returns a class whose {@code run} begins with {@link Kernel#awaitConnected}. */
    private static byte[] waiting(byte[] loopThread) {
        var kernel = Kernel.class.describeConstable().orElseThrow();
        var waitFirst =
                new CodeTransform() {
                    @Override
                    public void atStart(CodeBuilder code) {
                        code.invokestatic(kernel, "awaitConnected", MTD_void);
                    }

                    @Override
                    public void accept(CodeBuilder code, CodeElement element) {
                        code.with(element);
                    }
                };
        var format = ClassFile.of();
        return format.transformClass(
                format.parse(loopThread),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("run"), waitFirst));
    }

    private static byte[] bytes(Class<?> of) throws IOException {
        try (var in = of.getResourceAsStream(of.getSimpleName() + ".class")) {
            return in.readAllBytes();
        }
    }

    private static void save(Path folder, Class<?> of, byte[] bytes) throws IOException {
        Path file = folder.resolve(of.getName().replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}

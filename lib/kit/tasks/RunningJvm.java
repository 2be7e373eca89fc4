//SOURCES ../../aio/EventLoops.java ../../script/ScriptException.java
package kit.tasks;

import module jdk.attach;

import module java.base;
import module java.management;

import aio.EventLoopsMXBean;

import script.ScriptException;

/**
 * A running JVM that this user may look into.
 *
 * @param descriptor the JVM, as the Attach API lists it
 */
record RunningJvm(VirtualMachineDescriptor descriptor) {
    /** The class that the management agent there makes an object of. */
    private static final String ASKED = "aio.EventLoops";

    private static final String OBJECT = "aio:type=EventLoops";

    /** Returns the JVMs of this user, without this one. */
    static List<RunningJvm> all() {
        String self = Long.toString(ProcessHandle.current().pid());
        return VirtualMachine.list().stream()
                .filter(jvm -> !jvm.id().equals(self))
                .map(RunningJvm::new)
                .toList();
    }

    /**
     * Returns the JVM with this process number. It must be in the list of JVMs, because the attempt
     * to attach sends a signal, which would end or disturb other programs.
     *
     * @throws ScriptException if there is no such JVM
     */
    static RunningJvm of(int pid) {
        String id = Integer.toString(pid);
        var listed = VirtualMachine.list().stream().filter(jvm -> jvm.id().equals(id)).findFirst();
        if (listed.isPresent()) return new RunningJvm(listed.get());
        var process = ProcessHandle.of(pid);
        if (process.isEmpty()) throw new ScriptException("there is no process " + pid);
        String user = System.getProperty("user.name");
        String owner = process.get().info().user().orElse(user);
        if (!owner.equals(user))
            throw new ScriptException(
                    "process "
                            + pid
                            + " belongs to "
                            + owner
                            + ": only that user can look into it");
        throw new ScriptException(
                "process "
                        + pid
                        + " is not a JVM, or one that lets nobody look into it"
                        + " (-XX:+DisableAttachMechanism)");
    }

    int pid() {
        return Integer.parseInt(descriptor.id());
    }

    /** Returns the main class or jar, and the arguments. */
    String name() {
        return descriptor.displayName();
    }

    /**
     * Asks for its running loops.
     *
     * @throws ScriptException if it cannot be asked, or has no loops because it does not have the
     *     library
     */
    List<EventLoopsMXBean.Loop> loops() {
        VirtualMachine jvm = attach();
        try {
            if (!hasLibrary(jvm.getSystemProperties()))
                throw new ScriptException(
                        "process " + pid() + " has no event loop of this library");
            var address = new JMXServiceURL(jvm.startLocalManagementAgent());
            try (var connector = JMXConnectorFactory.connect(address)) {
                return ask(connector.getMBeanServerConnection());
            }
        } catch (IOException | JMException | UndeclaredThrowableException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new ScriptException("process " + pid() + " doesn't answer: " + reason);
        } finally {
            detach(jvm);
        }
    }

    private VirtualMachine attach() {
        try {
            return VirtualMachine.attach(descriptor);
        } catch (AttachNotSupportedException | IOException e) {
            throw new ScriptException("cannot look into process " + pid() + ": " + e.getMessage());
        }
    }

    private static void detach(VirtualMachine jvm) {
        try {
            jvm.detach();
        } catch (IOException e) {
            // It has ended meanwhile.
        }
    }

    /** Looks at the class path, so that no agent is started in programs that have no loop. */
    private static boolean hasLibrary(Properties properties) {
        Path folder = Path.of(properties.getProperty("user.dir"));
        String separator = properties.getProperty("path.separator");
        String classPath = properties.getProperty("java.class.path");
        return Stream.of(classPath.split(separator))
                .map(folder::resolve)
                .anyMatch(RunningJvm::containsLibrary);
    }

    private static boolean containsLibrary(Path entry) {
        String file = ASKED.replace('.', '/') + ".class";
        if (Files.isDirectory(entry)) return Files.exists(entry.resolve(file));
        try (var jar = new ZipFile(entry.toFile())) {
            return jar.getEntry(file) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<EventLoopsMXBean.Loop> ask(MBeanServerConnection server)
            throws IOException, JMException {
        var name = new ObjectName(OBJECT);
        try {
            if (!server.isRegistered(name)) server.createMBean(ASKED, name);
        } catch (InstanceAlreadyExistsException e) {
            // Somebody else asks at the same time.
        }
        return JMX.newMXBeanProxy(server, name, EventLoopsMXBean.class).snapshot();
    }
}

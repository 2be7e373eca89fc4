package measure;

import module java.base;

/** The servers of the folder {@code peers}, with the command that starts each. */
public final class Peers {
    private Peers() {}

    /**
     * Returns the commands by the servers' names, in the order of the table. Leaves out what needs
     * a Python that isn't there, and says so on standard error.
     */
    public static SequencedMap<String, List<String>> commands() throws InterruptedException {
        SequencedMap<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("Netty", java("Netty"));
        commands.put("Vert.x", java("Vertx"));
        commands.put("JDK HttpServer", java("Jdk"));
        commands.put("virtual threads", java("VirtualThreads"));
        for (String module : List.of("asyncio", "tornado")) {
            Optional<String> python = pythonWith(module);
            String program = "lib/measure/peers/" + module + "_peer.py";
            if (python.isPresent()) commands.put(module, List.of(python.get(), program));
            else System.err.println("left out: " + module + ", because no python3 here has it");
        }
        return commands;
    }

    private static List<String> java(String name) {
        return List.of("./jbang", "lib/measure/peers/" + name + "Peer.java");
    }

    /** Finds the Python that has this module: the one on the path, or the system's. */
    private static Optional<String> pythonWith(String module) throws InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                var probe = new ProcessBuilder(python, "-c", "import " + module);
                Process found = probe.redirectErrorStream(true).start();
                found.getInputStream().readAllBytes();
                if (found.waitFor() == 0) return Optional.of(python);
            } catch (IOException e) {
                // There is no such Python.
            }
        }
        return Optional.empty();
    }
}

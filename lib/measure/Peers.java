package measure;

import module java.base;

/** The servers of the folder {@code peers}, with the command that starts each. */
public final class Peers {
    private Peers() {}

    /**
     * Returns the commands by the servers' names, in the order of the table. Leaves out what the
     * system doesn't allow, or what needs a Python that isn't there, and says so on standard error.
     */
    public static SequencedMap<String, List<String>> commands() throws InterruptedException {
        SequencedMap<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("caro_pig", List.of("./jbang", "caro_pig", "localhost", "0"));
        commands.put("Netty", java("Netty"));
        if (succeeds("./jbang", "lib/measure/peers/NettyPeer.java", "io_uring", "--probe"))
            commands.put("Netty, io_uring", java("Netty", "io_uring"));
        else
            System.err.println(
                    "left out: Netty's io_uring transport, which the system doesn't allow");
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

    private static List<String> java(String name, String... args) {
        List<String> command = new ArrayList<>(List.of(args));
        command.addAll(0, List.of("./jbang", "lib/measure/peers/" + name + "Peer.java"));
        return command;
    }

    /** Finds the Python that has this module: the one on the path, or the system's. */
    private static Optional<String> pythonWith(String module) throws InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            if (succeeds(python, "-c", "import " + module)) return Optional.of(python);
        }
        return Optional.empty();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}

//SOURCES Course.java Desk.java
package kit.exercise;

import module java.base;

/** Waits for the reader to save a file. For one thread. */
final class Watch implements AutoCloseable {
    /** An editor may write a file in several steps. */
    private static final Duration STEPS = Duration.ofMillis(50);

    private final Desk desk;
    private final WatchService service;
    private final Map<String, String> seen = new HashMap<>();

    /** Starts to watch the reader's folder, which must exist. */
    Watch(Desk desk) throws IOException {
        this.desk = desk;
        service = desk.folder().getFileSystem().newWatchService();
        desk.folder()
                .register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY);
    }

    /** Returns the text of an exercise's file, and remembers it as seen. */
    String read(String name) throws IOException {
        String text = desk.text(name);
        seen.put(name, text);
        return text;
    }

    /** Waits until a file has been saved with a text not seen before; returns its exercise. */
    String awaitSave() throws IOException, InterruptedException {
        while (true) {
            Set<String> names = new LinkedHashSet<>();
            for (WatchKey key = service.take();
                    key != null;
                    key = service.poll(STEPS.toMillis(), TimeUnit.MILLISECONDS)) {
                for (WatchEvent<?> event : key.pollEvents())
                    if (event.context() instanceof Path file)
                        names.add(file.getFileName().toString().replaceAll("\\.java$", ""));
                key.reset();
            }
            for (String name : names) {
                Path file = desk.file(name);
                if (!Course.EXERCISES.has(name) || !Files.isRegularFile(file)) continue;
                if (!desk.text(name).equals(seen.get(name))) return name;
            }
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}

package kit;

import module java.base;

/** Waits until files in some folders are saved. For one thread. */
public final class SavedFiles implements AutoCloseable {
    /** An editor may write a file in several steps. */
    private static final Duration STEPS = Duration.ofMillis(50);

    private final WatchService service;

    /**
     * Starts to watch.
     *
     * @param folders the folders, which must exist; the folders in them aren't watched
     */
    public SavedFiles(Path... folders) throws IOException {
        service = folders[0].getFileSystem().newWatchService();
        for (Path folder : folders)
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
    }

    /**
     * Waits until there is a file that was written or made, and returns all of those. Some may be
     * gone again: editors make files of their own for a moment.
     *
     * @throws ClosedWatchServiceException if this is closed, also by another thread meanwhile
     */
    public Set<Path> await() throws InterruptedException {
        Set<Path> saved = new LinkedHashSet<>();
        while (saved.isEmpty()) {
            for (WatchKey key = service.take();
                    key != null;
                    key = service.poll(STEPS.toMillis(), TimeUnit.MILLISECONDS)) {
                for (WatchEvent<?> event : key.pollEvents())
                    if (event.context() instanceof Path file
                            && key.watchable() instanceof Path folder)
                        saved.add(folder.resolve(file));
                key.reset();
            }
        }
        return saved;
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}

//SOURCES ../SavedFiles.java Course.java Desk.java
package kit.exercise;

import module java.base;

import kit.SavedFiles;

/** Waits for the reader to save a file. For one thread. */
final class Watch implements AutoCloseable {
    private final Desk desk;
    private final SavedFiles saves;
    private final Map<String, String> seen = new HashMap<>();

    /** Starts to watch the reader's folder, which must exist. */
    Watch(Desk desk) throws IOException {
        this.desk = desk;
        saves = new SavedFiles(desk.folder());
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
            for (Path saved : saves.await()) {
                String name = saved.getFileName().toString().replaceAll("\\.java$", "");
                if (!Course.EXERCISES.has(name) || !Files.isRegularFile(desk.file(name))) continue;
                if (!desk.text(name).equals(seen.get(name))) return name;
            }
        }
    }

    @Override
    public void close() throws IOException {
        saves.close();
    }
}

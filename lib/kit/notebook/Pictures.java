//SOURCES ../Checkout.java
package kit.notebook;

import module java.base;

import kit.Checkout;

/** The pictures that chapters show, each for the light theme and for the dark one. */
public final class Pictures {
    /** Their folder, as the chapters' links name it. */
    private static final String FOLDER = "measured";

    private Pictures() {}

    /** Copies them next to pages or notebooks, where the links find them. */
    public static void copy(Path folder) throws IOException {
        Path target = Files.createDirectories(folder.resolve(FOLDER));
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("notebooks").resolve(FOLDER))) {
            for (Path file : files.toList())
                Files.copy(
                        file,
                        target.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
        }
    }
}

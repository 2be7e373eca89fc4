//SOURCES ../Checkout.java Template.java
package kit.book;

import module java.base;

import kit.Checkout;

/** The code that the run of a chapter depends on, apart from the chapter. */
final class LibraryCode {
    private LibraryCode() {}

    /**
     * Returns a text that changes with that code, and not with the code that only makes pages of
     * it.
     */
    static String version() {
        try {
            List<Path> files = new ArrayList<>();
            for (Path file : Checkout.javaFiles("lib"))
                if (!Checkout.name(file).startsWith("lib/kit/")) files.add(file);
            files.addAll(Checkout.javaFiles("lib/kit/watch"));
            for (String name : List.of("CellOutputs", "Recordings"))
                files.add(Template.FOLDER.resolve(name + ".java"));
            var digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) digest.update(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

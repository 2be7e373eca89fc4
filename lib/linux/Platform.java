package linux;

/**
 * Where these classes work: Linux on the two processors whose layouts and constants they know,
 * x86-64 and aarch64. The numbers of errors and calls that they use are the same on both.
 */
public final class Platform {
    private static final String SYSTEM = System.getProperty("os.name");
    private static final String PROCESSOR = System.getProperty("os.arch");

    /** Whether this is x86-64, where the kernel packs {@code epoll_event} to 12 bytes. */
    static final boolean IS_X86_64 = PROCESSOR.equals("amd64");

    private Platform() {}

    /**
     * Does nothing where these classes work.
     *
     * @throws UnsupportedOperationException anywhere else, with one line that says what is needed
     */
    public static void require() {
        if (SYSTEM.equals("Linux") && (IS_X86_64 || PROCESSOR.equals("aarch64"))) return;
        throw new UnsupportedOperationException(
                "this calls Linux itself, on x86-64 or aarch64, and here is "
                        + SYSTEM
                        + " on "
                        + PROCESSOR
                        + ": run it on a Linux machine or in a container");
    }
}

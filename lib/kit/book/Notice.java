package kit.book;

/**
 * What a served page says about itself, besides its content.
 *
 * @param kind what it's about; the style sheet has a look for each
 * @param text the words, for people; empty for nothing to say
 */
record Notice(Kind kind, String text) {
    static final Notice NONE = new Notice(Kind.NONE, "");
    static final Notice RUNNING =
            new Notice(
                    Kind.RUNNING,
                    "The chapter is running. Until it ends, outputs and players are those of the"
                            + " version before.");

    /** The kinds of notices. */
    enum Kind {
        NONE,
        RUNNING,
        ERROR
    }

    static Notice error(String text) {
        return new Notice(Kind.ERROR, text);
    }
}

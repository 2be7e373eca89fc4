package diagram;

/**
 * A value that can be shown as a picture. In the book and in Jupyter a cell whose value is a
 * picture shows it; elsewhere its {@code toString} says the same in characters.
 */
public interface Picture {
    /**
     * Returns the picture as an {@code <svg>} element. It needs nothing else, is legible on a light
     * and on a dark page, and has a title and a description for people who don't see it.
     */
    String svg();
}

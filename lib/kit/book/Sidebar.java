//SOURCES ../notebook/Chapters.java Appendix.java Library.java Prose.java Template.java
package kit.book;

import module java.base;

/** What stands beside a page: the parts of the book, where the reader is, and what the page has. */
final class Sidebar {
    private Sidebar() {}

    /**
     * A link.
     *
     * @param number stands before the text, if it isn't empty
     */
    record Item(String url, String number, String text) {}

    /**
     * A group of links that unfolds.
     *
     * @param color the number of its color, from 1; 0 for none
     */
    record Group(String title, int color, List<Item> items) {}

    /**
     * Returns the sidebar of a page.
     *
     * @param url the page's own
     * @param inside links into the page
     */
    static String html(List<Group> groups, String url, List<Item> inside) {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Group group : groups) {
            boolean open = group.items().stream().anyMatch(item -> item.url().equals(url));
            List<Map<String, Object>> items = new ArrayList<>();
            for (Item item : group.items()) {
                Map<String, Object> values = new HashMap<>();
                values.put("url", item.url());
                values.put("number", item.number());
                values.put("text", item.text());
                boolean here = item.url().equals(url);
                values.put("here", here);
                values.put("inside", here ? inside : List.of());
                values.put("has", here && !inside.isEmpty());
                items.add(values);
            }
            shown.add(
                    Map.of(
                            "title",
                            group.title(),
                            "color",
                            group.color(),
                            "open",
                            open,
                            "items",
                            items));
        }
        return Template.render("sidebar.html", Map.of("groups", shown));
    }
}

//SOURCES Appendix.java BookSite.java Prose.java Readme.java Road.java Template.java
package kit.book;

import module java.base;

/** The book's first page: what it is, the road, and the chapters with what each promises. */
final class Contents {
    private Contents() {}

    static String html(
            List<BookSite.Chapter> chapters, List<Appendix> appendices, Names names, Road road)
            throws IOException {
        var prose = new Prose(names);
        Map<String, List<Map<String, String>>> parts = new LinkedHashMap<>();
        for (BookSite.Chapter chapter : chapters)
            parts.computeIfAbsent(chapter.entry().part(), _ -> new ArrayList<>())
                    .add(chapter.link());
        List<Map<String, Object>> shown = new ArrayList<>();
        parts.forEach((name, links) ->
                shown.add(Map.of("name", name, "number", shown.size() + 1, "chapters", links)));
        Map<String, Object> values = new HashMap<>();
        values.put("count", chapters.size());
        values.put("first", chapters.getFirst().url());
        values.put("road", road.svg());
        values.put("parts", shown);
        values.put("appendices", appendices.stream().map(Appendix::link).toList());
        values.put("before", prose.html(Readme.sections("Who it is for")));
        String[] after = {"Java 25 in this book", "Where the story comes from"};
        values.put("after", prose.html(Readme.sections(after)));
        return Template.render("index.html", values);
    }
}

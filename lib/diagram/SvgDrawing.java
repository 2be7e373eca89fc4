//SOURCES Interaction.java
package diagram;

import module java.base;

/** Draws a sequence diagram as SVG: time goes down, one row a step, not to scale. */
final class SvgDrawing {
    private static final int LETTER = 8;
    private static final int ROW = 30;
    private static final int HEAD = 30;
    private static final int MARGIN = 12;

    /**
     * The colors are a page's if it has set its {@code color-scheme}, and else those of a light
     * one. The attributes are for programs that don't know {@code light-dark}.
     */
    private static final String STYLE =
            """
            <style>
            .sequence { --paper: #ffffff; --ink: #1d2125; --runs: #0b57a4; font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
            @supports (color: light-dark(#000, #fff)) {
              .sequence { --paper: light-dark(#ffffff, #16191d); --ink: light-dark(#1d2125, #dfe3e8); --runs: light-dark(#0b57a4, #7cb7f5); }
            }
            .sequence .paper { fill: var(--paper); }
            .sequence text { fill: var(--ink); stroke: var(--paper); stroke-width: 4px; paint-order: stroke; white-space: pre; }
            .sequence .line, .sequence .box { stroke: var(--ink); fill: none; }
            .sequence .box { fill: var(--paper); }
            .sequence .tip { fill: var(--ink); stroke: none; }
            .sequence .runs { fill: var(--runs); stroke: none; }
            </style>
            """;

    private final Interaction interaction;

    /** The middle of each lifeline, in pixels from the left; then the picture's right edge. */
    private final int[] middles;

    private final StringBuilder svg = new StringBuilder();

    private SvgDrawing(Interaction interaction) {
        this.interaction = interaction;
        middles = middles(interaction);
    }

    /** Returns the picture as an {@code <svg>} element. */
    static String of(Interaction interaction) {
        return new SvgDrawing(interaction).draw();
    }

    private static int[] middles(Interaction interaction) {
        List<Interaction.Lifeline> lifelines = interaction.lifelines();
        int count = lifelines.size();
        int[] middles = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            int least = i == 0 ? 0 : middles[i - 1] + boxWidth(lifelines.get(i - 1)) / 2;
            if (i < count) least += boxWidth(lifelines.get(i)) / 2;
            least += MARGIN;
            for (Row row : interaction.rows()) {
                boolean isNote = row.kind() == Row.Kind.NOTE && row.from() == i - 1;
                if (isNote || row.right() == i && row.left() < i)
                    least = Math.max(least, middles[row.left()] + width(row.label()) + 3 * MARGIN);
            }
            middles[i] = least;
        }
        return middles;
    }

    private static int width(String text) {
        return text.length() * LETTER;
    }

    private static int boxWidth(Interaction.Lifeline lifeline) {
        return width(lifeline.name()) + 2 * MARGIN;
    }

    private static int y(int row) {
        return MARGIN + HEAD + ROW * (row + 1);
    }

    private int bottom() {
        return y(interaction.rows().size());
    }

    private String draw() {
        int count = interaction.lifelines().size();
        int width = middles[count];
        int height = bottom() + MARGIN;
        List<String> sentences = interaction.rows().stream().map(Row::sentence).toList();
        String id = "sequence-" + Integer.toHexString(sentences.hashCode());
        String names =
                interaction.lifelines().stream()
                        .map(Interaction.Lifeline::name)
                        .collect(Collectors.joining(", "));
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" class="sequence" role="img" aria-labelledby="%s-title" aria-describedby="%s-steps" width="%d" height="%d" viewBox="0 0 %d %d">
                <title id="%s-title">Sequence diagram: %s</title>
                <desc id="%s-steps">%s</desc>
                """
                        .formatted(
                                id,
                                id,
                                width,
                                height,
                                width,
                                height,
                                id,
                                escaped(names),
                                id,
                                escaped(String.join("\n", sentences))));
        svg.append(STYLE);
        add("<rect class='paper' fill='#fff' width='%d' height='%d'/>", width, height);
        for (int i = 0; i < count; i++) drawLifeline(i);
        drawWhoRuns();
        for (int row = 0; row < interaction.rows().size(); row++) drawRow(row);
        return svg.append("</svg>").toString();
    }

    private void drawLifeline(int i) {
        var lifeline = interaction.lifelines().get(i);
        int x = middles[i];
        int width = boxWidth(lifeline);
        int top = lifeline.first() < 0 ? MARGIN + HEAD : y(lifeline.first());
        int bottom = lifeline.last() == Integer.MAX_VALUE ? bottom() : y(lifeline.last());
        add(
                "<path class='line lifeline' stroke='#000' stroke-dasharray='2 4' d='M%d %dV%d'/>",
                x, top, bottom);
        add(
                "<rect class='box' fill='#fff' stroke='#000' rx='4' x='%d' y='%d' width='%d'"
                        + " height='%d'/>",
                x - width / 2, MARGIN, width, HEAD - 4);
        addText(x, MARGIN + HEAD / 2 + 3, "middle", lifeline.name());
    }

    /** Draws a bar over the lifeline of whoever runs; so at each height there is one. */
    private void drawWhoRuns() {
        int running = 0;
        int top = MARGIN + HEAD;
        for (int row = 0; row <= interaction.rows().size(); row++) {
            boolean atEnd = row == interaction.rows().size();
            if (!atEnd && interaction.rows().get(row).running() == running) continue;
            add(
                    "<rect class='runs' fill='#0b57a4' x='%d' y='%d' width='8' height='%d'/>",
                    middles[running] - 4, top, y(row) - top);
            if (!atEnd) running = interaction.rows().get(row).running();
            top = y(row);
        }
    }

    private void drawRow(int number) {
        Row row = interaction.rows().get(number);
        int y = y(number);
        int from = middles[row.from()];
        if (row.kind() == Row.Kind.NOTE) {
            addText(from + MARGIN, y + 4, "start", row.label());
            return;
        }
        int direction = row.from() < row.to() ? 1 : -1;
        int to = middles[row.to()] - 4 * direction;
        add(
                "<path class='line arrow' stroke='#000' %sd='M%d %dH%d'/>",
                row.isDashed() ? "stroke-dasharray='6 3' " : "", from, y, to - 6 * direction);
        add(
                "<path class='tip' d='M%d %dL%d %dL%d %dZ'/>",
                to, y, to - 8 * direction, y - 4, to - 8 * direction, y + 4);
        if (row.kind() == Row.Kind.END)
            add(
                    "<path class='line end' stroke='#000' d='M%d %dl10 10m0 -10l-10 10'/>",
                    from - 5, y - 5);
        addText((from + to) / 2, y - 6, "middle", row.label());
    }

    private void add(String element, Object... values) {
        svg.append(element.replace('\'', '"').formatted(values)).append('\n');
    }

    private void addText(int x, int y, String anchor, String text) {
        add("<text x='%d' y='%d' text-anchor='%s'>%s</text>", x, y, anchor, escaped(text));
    }

    /** Escapes text for XML 1.0, which has no way to write most control characters. */
    private static String escaped(String text) {
        return text.replaceAll("[^\n\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

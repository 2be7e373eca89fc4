//SOURCES ../../lib/aio/ReadEvent.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/aio/tasks/TaskGroup.java ../../lib/diagram/SequenceDiagram.java
//SOURCES ../shared/TestRun.java
package tests.diagram;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import aio.EventLoop;
import aio.Future;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.Task;
import aio.tasks.TaskGroup;

import diagram.SequenceDiagram;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import tests.shared.TestRun;

import javax.xml.parsers.DocumentBuilderFactory;

/** What loops do, drawn as text and as SVG. */
@Timeout(60)
class SequenceDiagramTest {
    private static final Duration LONG = Duration.ofHours(1);

    public static void main(String... args) {
        TestRun.main(SequenceDiagramTest.class);
    }

    private static void sleep(int millis) throws IOException {
        await(new SleepEvent(Duration.ofMillis(millis)));
    }

    private static void assertDrawn(String expected, EventLoop.Body body) throws Exception {
        String drawn = SequenceDiagram.of(body).toString();
        // On a busy machine some milliseconds of a timer are over when it's set.
        assertEquals(expected, drawn.replaceAll("timer of 4\\d\\d ms -", "timer of 500 ms -"));
    }

    @Test
    void aTaskThatSleepsGivesControlToTheLoopAndGetsItBack() throws Exception {
        assertDrawn(
                """
                loop                            main
                |-- starts -------------------->#
                #<. awaits a timer of 400 ms ...|
                # (sleeps)                      |
                |-- resumes: the timer is due ->#
                #<. returns ....................X
                """,
                () -> sleep(400));
    }

    @Test
    void aCancelledTaskIsResumedAndMayWaitBeforeItEnds() throws Exception {
        assertDrawn(
                """
                loop                            main          child
                |-- starts -------------------->#
                |                               #-- creates ->|
                #<. awaits a timer of 300 ms ...|             |
                |-- starts ---------------------------------->#
                #<. awaits a timer of 3600 s .................|
                # (sleeps)                      |             |
                |-- resumes: the timer is due ->#             |
                |                               #-- cancels ->|
                #<. awaits task child ..........|             |
                |-- resumes --------------------------------->#
                #<. awaits a timer of 400 ms .................|
                # (sleeps)                      |             |
                |-- resumes: the timer is due --------------->#
                #<. ends: canceled ...........................X
                |-- resumes: child has ended -->#
                #<. ends: canceled .............X
                """,
                () -> {
                    Task<Void> child =
                            EventLoop.current()
                                    .createTask(
                                            "child",
                                            () -> {
                                                try {
                                                    await(new SleepEvent(LONG));
                                                } finally {
                                                    sleep(400);
                                                }
                                            });
                    sleep(300);
                    child.cancel();
                    await(child);
                });
    }

    @Test
    void aTimeLimitIsATimerWhoseCallbackCancels() throws Exception {
        assertDrawn(
                """
                loop                          main          slow
                |-- starts ------------------>#
                |                             #-- creates ->|
                |<- sets a timer of 500 ms ---#             |
                #<. awaits task slow .........|             |
                |-- starts -------------------------------->#
                #<. awaits a timer of 3600 s ...............|
                # (sleeps)                    |             |
                # (runs a timer's callback)   |             |
                #-- cancels ------------------------------->|
                |-- resumes ------------------------------->#
                #<. ends: canceled .........................X
                |-- resumes: slow has ended ->#
                #<. fails: TimeoutException ..X
                """,
                () -> {
                    EventLoop loop = EventLoop.current();
                    Task<?> slow = loop.createTask("slow", () -> await(new SleepEvent(LONG)));
                    waitFor(slow, Duration.ofMillis(500));
                });
    }

    @Test
    void whoeverCompletesAFutureWakesTheTaskThatAwaitsIt() throws Exception {
        assertDrawn(
                """
                loop                              main                          consumer
                |-- starts ---------------------->#
                |                                 #-- creates ----------------->|
                #<. awaits a timer of 300 ms .....|                             |
                |-- starts ---------------------------------------------------->#
                #<. awaits a future ............................................|
                # (sleeps)                        |                             |
                |-- resumes: the timer is due --->#                             |
                |                                 #-- completes the future of ->|
                #<. awaits task consumer .........|                             |
                |-- resumes --------------------------------------------------->#
                #<. returns ....................................................X
                |-- resumes: consumer has ended ->#
                #<. returns ......................X
                """,
                () -> {
                    var value = new Future<String>();
                    var consumer = EventLoop.current().createTask("consumer", () -> await(value));
                    sleep(300);
                    value.setResult("done");
                    await(consumer);
                });
    }

    @Test
    void closingTheLoopCancelsTheTasksThatAreLeft() throws Exception {
        assertDrawn(
                """
                loop                            main          left
                |-- starts -------------------->#
                |                               #-- creates ->|
                #<. awaits a timer of 400 ms ...|             |
                |-- starts ---------------------------------->#
                #<. awaits input .............................|
                # (sleeps)                      |             |
                |-- resumes: the timer is due ->#             |
                #<. returns ....................X             |
                # (closes)                                    |
                #-- cancels --------------------------------->|
                |-- resumes --------------------------------->#
                #<. ends: canceled ...........................X
                """,
                () -> {
                    Pipe pipe = Pipe.open();
                    pipe.source().configureBlocking(false);
                    EventLoop.current()
                            .createTask("left", () -> await(new ReadEvent(pipe.source())));
                    sleep(400);
                });
    }

    @Test
    void aGroupCancelsTheOthersWhenOneFailsAndEndsAfterThem() throws Exception {
        assertDrawn(
                """
                loop                                 main          bad  good
                |-- starts ------------------------->#
                |                                    #-- creates ->|
                |                                    #-- creates ------>|
                #<. awaits the end of a task group ..|             |    |
                |-- starts --------------------------------------->#    |
                #<. awaits a timer of 300 ms ......................|    |
                |-- starts -------------------------------------------->#
                #<. awaits a timer of 3600 s ...........................|
                # (sleeps)                           |             |    |
                |-- resumes: the timer is due -------------------->#    |
                #<. fails: IOException: boom ......................X    |
                # (runs callbacks of bad)            |                  |
                #-- cancels ------------------------------------------->|
                |-- resumes ------------------------------------------->#
                #<. ends: canceled .....................................X
                # (runs callbacks of good)           |
                #-- wakes -------------------------->|
                |-- resumes ------------------------>#
                #<. fails: ExceptionGroup ...........X
                """,
                () ->
                        TaskGroup.run(group -> {
                            group.createTask(
                                    "bad",
                                    () -> {
                                        sleep(300);
                                        throw new IOException("boom");
                                    });
                            group.createTask("good", () -> await(new SleepEvent(LONG)));
                        }));
    }

    @Test
    void aTaskThatNeverWaitsPauses() throws Exception {
        String drawn =
                SequenceDiagram.of(
                                () -> {
                                    var done = new Future<Void>();
                                    done.setResult(null);
                                    EventLoop.current().callLater(LONG, () -> {});
                                    for (int i = 0; i < 65; i++) await(done);
                                })
                        .toString();
        assertTrue(drawn.contains("|<- sets a timer of 3600000 ms "), drawn);
        assertTrue(drawn.contains("#<. lets the others run "), drawn);
    }

    @Test
    void aCallbackThatMakesATaskIsShown() throws Exception {
        assertDrawn(
                """
                loop                            main  made
                |-- starts -------------------->#
                #<. awaits a timer of 400 ms ...|
                # (runs a callback)             |
                #-- creates ------------------------->|
                |-- starts -------------------------->#
                #<. returns ..........................X
                # (sleeps)                      |
                |-- resumes: the timer is due ->#
                #<. returns ....................X
                """,
                () -> {
                    EventLoop loop = EventLoop.current();
                    loop.callSoon(() -> loop.createTask("made", () -> {}));
                    sleep(400);
                });
    }

    @Test
    void aFailureOfTheCodeIsShownAndNotThrown() throws Exception {
        assertDrawn(
                """
                loop                           main
                |-- starts ------------------->#
                #<. fails: IOException: boom ..X
                """,
                () -> {
                    throw new IOException("boom");
                });
    }

    @Test
    void codeThatRunsOnALoopCannotDrawAnother() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> {
                    try (var loop = new EventLoop()) {
                        loop.runUntilComplete(() -> SequenceDiagram.of(() -> {}));
                    }
                });
    }

    @Test
    void moreTasksAndStepsThanFitOnAPageAreCounted() throws Exception {
        String drawn =
                SequenceDiagram.of(
                                () -> {
                                    EventLoop loop = EventLoop.current();
                                    for (int i = 1; i <= 1_000; i++)
                                        loop.createTask("task " + i, () -> sleep(0));
                                    for (int i = 0; i < 100; i++) sleep(0);
                                })
                        .toString();
        List<String> lines = drawn.lines().toList();
        assertEquals(1 + 100 + 2, lines.size(), drawn);
        assertTrue(lines.getFirst().endsWith("  task 11"), lines.getFirst());
        assertTrue(drawn.contains("(has 989 more tasks)"), drawn);
        assertTrue(drawn.matches("(?s).*\\(takes [\\d,]+ more steps\\).*"), drawn);
    }

    // ---- As a picture

    private static Document parsed(String svg) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static Document drawing(EventLoop.Body body) throws Exception {
        return parsed(SequenceDiagram.of(body).svg());
    }

    private static List<Element> elements(Document svg, String type) {
        NodeList found = svg.getElementsByTagName("*");
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .filter(e ->
                        e.getLocalName().equals(type)
                                || List.of(e.getAttribute("class").split(" ")).contains(type))
                .toList();
    }

    private static List<String> texts(Document svg, String type) {
        return elements(svg, type).stream().map(Element::getTextContent).toList();
    }

    private static void twoTasks() throws Exception {
        await(EventLoop.current().createTask("child", () -> sleep(400)));
    }

    @Test
    void thePictureHasALifelineForEachTaskAnArrowForEachStepAndTheirLabels() throws Exception {
        Document svg = drawing(SequenceDiagramTest::twoTasks);
        assertEquals("http://www.w3.org/2000/svg", svg.getDocumentElement().getNamespaceURI());
        assertEquals(3, elements(svg, "lifeline").size());
        assertEquals(
                List.of(
                        "loop",
                        "main",
                        "child",
                        "starts",
                        "creates",
                        "awaits task child",
                        "starts",
                        "awaits a timer of 400 ms",
                        "sleeps",
                        "resumes: the timer is due",
                        "returns",
                        "resumes: child has ended",
                        "returns"),
                texts(svg, "text"));
        assertEquals(9, elements(svg, "arrow").size());
        assertEquals(9, elements(svg, "tip").size());
        assertEquals(2, elements(svg, "end").size());
    }

    @Test
    void thePictureSaysItsStepsAsSentences() throws Exception {
        Document svg = drawing(SequenceDiagramTest::twoTasks);
        Element root = svg.getDocumentElement();
        assertEquals("img", root.getAttribute("role"));
        Element title = elements(svg, "title").getFirst();
        Element steps = elements(svg, "desc").getFirst();
        assertEquals(root.getAttribute("aria-labelledby"), title.getAttribute("id"));
        assertEquals(root.getAttribute("aria-describedby"), steps.getAttribute("id"));
        assertEquals("Sequence diagram: loop, main, child", title.getTextContent());
        assertEquals(
                """
                The loop starts main.
                Main creates child.
                Main awaits task child.
                The loop starts child.
                Child awaits a timer of 400 ms.
                The loop sleeps.
                The loop resumes child: the timer is due.
                Child returns.
                The loop resumes main: child has ended.
                Main returns.\
                """,
                steps.getTextContent());
    }

    @Test
    void atEachHeightOneLifelineRuns() throws Exception {
        List<Element> bars = elements(drawing(SequenceDiagramTest::twoTasks), "runs");
        for (int i = 1; i < bars.size(); i++) {
            Element before = bars.get(i - 1);
            int end = number(before, "y") + number(before, "height");
            assertEquals(end, number(bars.get(i), "y"));
        }
    }

    private static int number(Element element, String attribute) {
        return Integer.parseInt(element.getAttribute(attribute));
    }

    @Test
    void aNameThatIsNotXmlIsEscaped() throws Exception {
        String name = "<b>&\"'\u0000\u001b";
        Document svg = drawing(() -> await(EventLoop.current().createTask(name, () -> {})));
        assertTrue(texts(svg, "text").contains("<b>&\"'??"), texts(svg, "text").toString());
    }

    @Test
    void nothingIsOutsideThePictureAndNoLabelIsWiderThanItsArrow() throws Exception {
        Document svg =
                drawing(() -> {
                    EventLoop loop = EventLoop.current();
                    for (int i = 1; i < 5; i++) loop.createTask("task " + i, () -> sleep(300));
                    sleep(400);
                    throw new IOException("a message of middle size");
                });
        int width = number(svg.getDocumentElement(), "width");
        int height = number(svg.getDocumentElement(), "height");
        for (Element text : elements(svg, "text")) {
            int half = text.getTextContent().length() * 8 / 2;
            boolean middle = text.getAttribute("text-anchor").equals("middle");
            int left = number(text, "x") - (middle ? half : 0);
            assertTrue(left >= 0, text.getTextContent());
            assertTrue(left + 2 * half <= width, text.getTextContent());
            assertTrue(number(text, "y") < height, text.getTextContent());
        }
    }
}

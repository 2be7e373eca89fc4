//SOURCES HttpFuzz.java ../shared/TestRun.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import aio.http.ParserProbe.Outcome;

import org.junit.jupiter.api.Test;

import script.ScriptException;

import tests.shared.TestRun;

import java.util.List;

/** A short run of the fuzzer, and whether it notices a defect. */
class HttpFuzzTest {
    public static void main(String... args) {
        TestRun.main(HttpFuzzTest.class);
    }

    @Test
    void mutatedRequestsThroughTheParser() {
        assertEquals(20_000, HttpFuzz.parser(1, 20_000));
    }

    @Test
    void mutatedRequestsThroughASocket() {
        assertEquals(1_000, HttpFuzz.socket(1, 1_000));
    }

    @Test
    void differencesAreNoticed() {
        var nothing = new Outcome(List.of(), 0);
        var refused = new Outcome(List.of(), 400);
        var strange = new Outcome(List.of(), 299);
        HttpFuzz.check("", refused, refused);
        assertThrows(ScriptException.class, () -> HttpFuzz.check("", nothing, refused));
        assertThrows(ScriptException.class, () -> HttpFuzz.check("", strange, strange));
        HttpFuzz.checkAnswers("", List.of(200), List.of(200));
        assertThrows(
                ScriptException.class, () -> HttpFuzz.checkAnswers("", List.of(), List.of(200)));
    }
}

package kit.watch;

import module java.base;

/**
 * One step of the watched program.
 *
 * @param t when it was, in microseconds since the first step
 * @param say what has happened, as a sentence
 * @param state what can be seen after it, by the names that a recording has for it
 * @param printed the lines that the program has printed since the step before
 */
record Step(long t, String say, Map<String, Object> state, List<String> printed) {}

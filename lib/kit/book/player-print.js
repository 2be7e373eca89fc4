"use strict";
{
  const { make } = player;
  const AROUND = 2; // lines of code above and below one where somebody stands
  const SENTENCES = 16;

  const printedSteps = (history) => {
    const steps = [];
    for (let n = history.first; n <= history.last; n++) if (history.state(n).newLines) steps.push(n);
    return steps;
  };

  const nearest = (steps, wanted) =>
    steps.reduce((best, n) => (Math.abs(n - wanted) < Math.abs(best - wanted) ? n : best));

  /** The first step, two of the middle at which something was printed, if any, and the last. */
  function keyFrames(history, printed) {
    const { first, last } = history;
    const middle = [1 / 3, 2 / 3].map((part) => {
      const wanted = Math.round(first + (last - first) * part);
      return printed.length ? nearest(printed, wanted) : wanted;
    });
    return [...new Set([first, ...middle, last])].sort((a, b) => a - b);
  }

  /** The lines where somebody stands, with their neighbours. */
  function excerpt(source, state) {
    const stands = state.actors.map((actor) => actor.line).filter(Boolean);
    return source.filter(({ line }) => stands.some((at) => Math.abs(at - line) <= AROUND));
  }

  function frame(recording, history, n) {
    const state = history.state(n);
    const code = new player.Code(excerpt(recording.source, state), recording.chapter);
    const board = new player.Board();
    code.show(state, 0);
    board.show(state, history, 0);
    const step = make("b", "", `Step ${n + 1} of ${history.last + 1}. `);
    return make("section", "frame", make("p", "", step, state.say), code.element, board.element);
  }

  /** What was printed, at which step, and the sentence of that step. */
  function story(history, printed) {
    const every = Math.ceil(printed.length / SENTENCES);
    const items = printed.filter((_, i) => i % every === 0).map((n) => {
      const text = history.printedBy(n).join(" ");
      return make("li", "", `Step ${n + 1}: `, make("samp", "", text), ` ${history.state(n).say}`);
    });
    return make("ul", "story", ...items);
  }

  /** A run on paper: its key frames, and what it printed when. */
  player.onPaper = (recording, history) => {
    const printed = printedSteps(history);
    const paper = make("div", "paper", make("p", "", make("b", "", recording.chapter), ", as it ran"));
    for (const n of keyFrames(history, printed)) paper.append(frame(recording, history, n));
    if (printed.length) paper.append(make("p", "", "What it printed:"), story(history, printed));
    return paper;
  };
}

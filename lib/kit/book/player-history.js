"use strict";
/** What the files of the player share. player.js is the last of them and puts players on the page. */
globalThis.player = { recordings: new Map(), onRecording: () => {} };

/** Called by a recording's own script, which may stand before or after player.js. */
globalThis.addRecording = (name, recording) => {
  player.recordings.set(name, recording);
  player.onRecording(name);
};

{
  const NOTHING = {
    t: 0, say: "", actors: [], ready: [], runs: "", input: [], output: [], timers: [], futures: [], select: "",
  };
  const PARTS_OF_A_LOOP = ["ready", "runs", "input", "output", "timers", "futures", "select"];

  /** The states of a run, in order, folded from steps. A step has only the keys that changed. */
  player.History = class {
    /** @param limit how many states to keep; older ones are forgotten */
    constructor(limit = Infinity) {
      this.limit = limit;
      this.states = [];
      this.lines = [];
      this.forgottenLines = 0;
      /** The number of the oldest state that is kept. Numbers never change. */
      this.first = 0;
      /** The parts of a loop that this run has shown so far; none if it has threads only. */
      this.used = new Set();
      /** Whether somebody has stood in the library so far. */
      this.usesLibrary = false;
    }

    get last() {
      return this.first + this.states.length - 1;
    }

    state(n) {
      return this.states[n - this.first];
    }

    /** Adds the state after a step. */
    add(step) {
      const { printed = [], ...changed } = step;
      for (const line of printed) this.lines.push(line);
      const lines = this.forgottenLines + this.lines.length;
      const before = this.states[this.states.length - 1] || NOTHING;
      const state = { ...before, ...changed, lines, newLines: printed.length };
      for (const part of PARTS_OF_A_LOOP) if (state[part].length) this.used.add(part);
      this.usesLibrary = this.usesLibrary || state.actors.some((actor) => actor.at);
      this.states.push(state);
      if (this.states.length > this.limit) this.forget();
    }

    forget() {
      this.states.shift();
      this.first++;
      const oldLines = this.lines.length - this.limit;
      if (oldLines > 0) {
        this.lines.splice(0, oldLines);
        this.forgottenLines += oldLines;
      }
    }

    /** What was printed until state n, without what that step itself printed. */
    printedBefore(n) {
      const { lines, newLines } = this.state(n);
      return this.lines.slice(0, Math.max(0, lines - newLines - this.forgottenLines));
    }

    /** What the step that led to state n printed. */
    printedBy(n) {
      const { lines, newLines } = this.state(n);
      const end = lines - this.forgottenLines;
      return this.lines.slice(Math.max(0, end - newLines), Math.max(0, end));
    }
  };

  /** The task, callback or thread that is on the processor: the innermost, if a loop runs it. */
  player.running = (state) => {
    const all = state.actors.filter((actor) => actor.state === "runs");
    return all.find((actor) => actor.kind !== "loop") || all[0];
  };
}

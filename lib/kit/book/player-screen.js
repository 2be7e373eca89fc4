"use strict";
{
  const { make } = player;

  const LEGEND = `
    <summary aria-label="Keys and signs" title="Keys and signs">?</summary>
    <div class="legend">
      <dl>
        <dt><kbd>space</kbd></dt><dd class="space">play, pause</dd>
        <dt><kbd>&larr;</kbd> <kbd>&rarr;</kbd></dt><dd>a step back, a step forward</dd>
        <dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd class="ends">first step, last step</dd>
        <dt><span class="chip hue-2 runs">name</span></dt><dd>runs</dd>
        <dt><span class="chip hue-2 ready">name</span></dt><dd>is ready: it waits for its turn</dd>
        <dt><span class="chip hue-2 waits">name</span></dt><dd>waits for something else</dd>
      </dl>
      <p>Each name keeps its colour and shape. The stripes below the timeline show who ran when.</p>
      <p>The keys work when the player has the focus: click it, or get there with Tab.</p>
    </div>`;

  /** "./jbang a twice and ./jbang b": the clients of a run, in the order of their first start. */
  function clients(commands) {
    const times = new Map();
    for (const command of commands) times.set(command, (times.get(command) || 0) + 1);
    const parts = [];
    times.forEach((n, command) => {
      if (parts.length) parts.push(", ");
      parts.push(make("code", "", command));
      if (n > 1) parts.push(n === 2 ? " twice" : ` ${n} times`);
    });
    return parts;
  }

  /** What a player shows of one state: code, loop, sentence and terminal. */
  player.Screen = class {
    constructor(figure) {
      this.title = make("b", "name");
      this.with = make("span", "with");
      this.badge = make("span", "badge");
      this.help = make("details", "help");
      this.help.innerHTML = LEGEND;
      this.code = make("div", "code");
      this.board = new player.Board();
      this.say = make("p", "say", "Nothing has happened yet.");
      this.say.setAttribute("aria-live", "polite");
      this.terminal = make("pre", "terminal");
      this.terminal.tabIndex = 0;
      this.terminal.setAttribute("aria-label", "What was printed");
      const caption = make("figcaption", "caption", this.title, this.with, this.badge, this.help);
      figure.append(caption, this.code, this.board.element, this.say, this.terminal);
    }

    /** Puts up the code and the names of a recording, before the first state. */
    begin({ chapter, command = "", clients: commands = [], source }) {
      this.title.textContent = chapter;
      if (commands.length) this.with.replaceChildren("with ", ...clients(commands));
      this.command = command ? make("span", "command", `$ ${command}\n`) : "";
      this.lines = new player.Code(source, chapter);
      this.code.replaceWith(this.lines.element);
      this.code = this.lines.element;
    }

    /** Says the sentences of the next states aloud, or is quiet while they come by themselves. */
    speaks(aloud) {
      this.say.setAttribute("aria-live", aloud ? "polite" : "off");
    }

    show(history, n, millis) {
      const state = history.state(n);
      const skipped = state.skipped ? `Skipped ${state.skipped.toLocaleString("en")} steps. ` : "";
      this.lines.show(state, millis);
      this.board.show(state, history, millis);
      this.say.textContent = skipped + state.say;
      this.print(history.printedBefore(n), history.printedBy(n));
    }

    print(before, now) {
      const text = (lines) => lines.map((line) => `${line}\n`).join("");
      const fresh = now.length ? [make("mark", "", text(now))] : [];
      this.terminal.replaceChildren(this.command, text(before), ...fresh);
      this.terminal.scrollTop = this.terminal.scrollHeight;
    }
  };
}

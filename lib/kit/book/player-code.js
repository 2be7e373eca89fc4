"use strict";
{
  const { make } = player;
  const NAMES_ON_A_LINE = 2;
  const DOTS_ON_A_LINE = 3;
  const NARROW = 480; // pixels: a phone's pane, which also scrolls to the left and right
  const INDENT_KEPT = 4;

  /** The lines of Java as HTML, in colour if highlight.js is on the page. */
  function highlighted(text) {
    if (!globalThis.hljs) return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").split("\n");
    const open = []; // the elements that the end of a line cuts, a long comment's for example
    return hljs.highlight(text, { language: "java" }).value.split("\n").map((line) => {
      const start = open.join("");
      for (const [tag] of line.matchAll(/<[^>]+>/g)) {
        if (tag === "</span>") open.pop();
        else open.push(tag);
      }
      return start + line + "</span>".repeat(open.length);
    });
  }

  /** The chapter's code, with each actor's marker at the line where it stands. */
  player.Code = class {
    /** @param source the lines, as the recording has them: {line, text} */
    constructor(source, chapter) {
      this.rows = new Map();
      this.chips = new Map();
      this.busy = new Set();
      const lines = make("div", "lines");
      const html = highlighted(source.map((line) => line.text).join("\n"));
      source.forEach(({ line }, i) => {
        const row = this.row(line, html[i]);
        if (i > 0 && source[i - 1].line + 1 !== line) row.element.classList.add("gap");
        lines.append(row.element);
      });
      this.element = make("div", "code", lines);
      this.element.tabIndex = 0;
      this.element.setAttribute("role", "region");
      this.element.setAttribute("aria-label", "Code of " + chapter);
    }

    row(line, html) {
      const row = {
        dots: make("span", "dots"),
        text: make("code", "text"),
        names: make("span", "names"),
      };
      row.text.innerHTML = html || " ";
      row.element = make("div", "row", row.dots, make("span", "number", String(line)), row.text, row.names);
      row.element.dataset.line = line;
      this.rows.set(line, row);
      return row;
    }

    /** Shows where the actors stand, and scrolls this pane to the one that runs. */
    show(state, millis) {
      const standing = new Map();
      for (const actor of state.actors) {
        if (!this.rows.has(actor.line)) continue;
        if (!standing.has(actor.line)) standing.set(actor.line, []);
        standing.get(actor.line).push(actor);
      }
      const lead = player.running(state);
      player.glide(this.element, ".chip", millis, () => {
        for (const line of this.busy) if (!standing.has(line)) this.mark(this.rows.get(line), [], lead);
        standing.forEach((actors, line) => this.mark(this.rows.get(line), actors, lead));
        this.busy = new Set(standing.keys());
        const here = new Set(state.actors.map((actor) => actor.id));
        for (const id of this.chips.keys()) if (!here.has(id)) this.chips.delete(id);
      });
      if (lead && this.rows.has(lead.line)) this.reveal(this.rows.get(lead.line), millis);
    }

    mark(row, actors, lead) {
      const order = [...actors].sort((a, b) => (b.state === "runs") - (a.state === "runs"));
      const named = order.slice(0, NAMES_ON_A_LINE);
      const rest = order.slice(named.length);
      row.names.replaceChildren(...named.map((actor) => this.chip(actor)), ...(rest.length ? [this.more(rest)] : []));
      row.dots.replaceChildren(...order.slice(0, DOTS_ON_A_LINE).map((actor) => {
        const dot = player.dot(actor);
        dot.classList.add(player.hue(actor), actor.state);
        return dot;
      }));
      const leads = actors.includes(lead);
      row.element.className = row.element.className.replace(/ (here|lead|hue-\w+)/g, "");
      if (actors.length) row.element.classList.add("here");
      if (leads) row.element.classList.add("lead", player.hue(lead));
      if (leads) row.element.setAttribute("aria-current", "step");
      else row.element.removeAttribute("aria-current");
    }

    chip(actor) {
      const chip = this.chips.get(actor.id) || make("span", "", player.dot(actor), player.nameOf(actor.name));
      this.chips.set(actor.id, chip);
      chip.className = `chip ${player.hue(actor)} ${actor.state}`;
      chip.title = player.describe(actor);
      return chip;
    }

    more(actors) {
      const chip = make("span", "chip more hue-none", `+${actors.length}`);
      chip.title = actors.map(player.describe).join("\n");
      return chip;
    }

    /** Scrolls a row into the middle of this pane if it is near an edge. The page stays. */
    reveal({ element, text }, millis) {
      const pane = this.element;
      const margin = Math.min(3 * element.offsetHeight, pane.clientHeight / 4);
      const above = element.offsetTop - pane.scrollTop;
      const inside = above >= margin && above + element.offsetHeight <= pane.clientHeight - margin;
      const left = pane.clientWidth < NARROW ? this.indent(text) : pane.scrollLeft;
      if (inside && left === pane.scrollLeft) return;
      pane.scrollTo({
        top: inside ? pane.scrollTop : element.offsetTop - pane.clientHeight * 0.4,
        left,
        behavior: player.pace(millis) > 150 ? "smooth" : "auto",
      });
    }

    /** How far a narrow pane has to scroll so that a line begins at its left. */
    indent(text) {
      const code = text.textContent;
      const letters = code.length - code.trimStart().length - INDENT_KEPT;
      return Math.max(0, Math.floor((letters * text.offsetWidth) / code.length));
    }
  };
}

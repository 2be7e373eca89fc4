"use strict";
{
  const { make } = player;

  function named(text) {
    const end = text.indexOf(": ");
    return end < 0 ? { name: text } : { name: text.slice(0, end), note: text.slice(end + 2) };
  }

  function untilDue(ms) {
    return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.max(0, Math.round(ms))} ms`;
  }

  /** What a thread does, and where. */
  function doing({ state, on, at, line }) {
    if (state === "waits" && on) return `waits for ${on}`;
    const where = at || (line ? `line ${line}` : "");
    return where ? `${state} at ${where}` : state;
  }

  /** The places of the board, and who is there in a state. */
  const PLACES = {
    ready: { title: "Ready queue", nobody: "empty", room: 5,
      entries: (state) => state.ready.map((name) => ({ name })) },
    runs: { title: "Runs now", nobody: "nothing", room: 1,
      entries: (state) => (state.runs ? [{ name: state.runs }] : []) },
    input: { title: "Waits for input", entries: (state) => state.input.map(named) },
    output: { title: "Waits for output", entries: (state) => state.output.map(named) },
    timers: { title: "Timers",
      entries: (state) => state.timers.map(({ name, ms }) => ({ name, note: untilDue(ms) })) },
    futures: { title: "Futures awaited", entries: (state) => state.futures.map(named) },
    library: { title: "In the library's code", room: 2,
      entries: (state) => state.actors
        .filter((actor) => actor.at && actor.state !== "done")
        .map((actor) => ({ name: actor.name, note: actor.at, actor })) },
    threads: { title: "Threads", room: 14,
      entries: (state) => state.actors.map((actor) => ({ name: actor.name, note: doing(actor), actor })) },
  };
  const LISTS = ["input", "output", "timers", "futures"];

  /** How many of the old names have left at the front, if what follows is how the new ones begin. */
  function leftInFront(old, now) {
    let gone = 0;
    while (!old.slice(gone).every((name, i) => name === now[i])) gone++;
    return gone;
  }

  /** A spare token of this name, rather from the same list, or a new one. */
  function take(spare, name, list) {
    const namesakes = spare.filter((token) => token.dataset.name === name);
    const found = namesakes.find((token) => token.parentNode === list) || namesakes[0];
    if (found) return spare.splice(spare.indexOf(found), 1)[0];
    const token = make("li", "token", make("span", "mark"), player.nameOf(name), make("span", "note"));
    token.dataset.name = name;
    return token;
  }

  function dress(token, entry, state) {
    const actor = entry.actor || player.actorNamed(state.actors, entry.name);
    const [mark, , note] = token.children;
    token.className = `token ${player.hue(actor)} ${actor ? actor.state : ""}`;
    token.title = actor ? player.describe(actor) : entry.name;
    mark.replaceChildren(player.dot(actor));
    note.textContent = entry.note || "";
  }

  class Place {
    constructor(key) {
      this.kind = PLACES[key];
      this.tokens = [];
      this.list = make(key === "ready" ? "ol" : "ul", "tokens");
      this.count = make("span", "count");
      this.rest = make("span", "rest");
      const title = make("p", "title", this.kind.title, this.count);
      this.element = make("section", `place place-${key}`, title, make("div", "tray", this.list, this.rest));
      this.element.setAttribute("aria-label", this.kind.title);
    }

    /** Keeps the tokens of those who stay, and puts those of all others among the spare ones. */
    keep(state, room, spare) {
      this.all = this.element.hidden ? [] : this.kind.entries(state);
      this.entries = this.all.slice(0, this.kind.room || room);
      const names = this.entries.map((entry) => entry.name);
      const gone = leftInFront(this.tokens.map((token) => token.dataset.name), names);
      spare.push(...this.tokens.slice(0, gone));
      this.tokens = this.tokens.slice(gone);
    }

    /** Fills the place: with the tokens that stay, then with spare ones, then with new ones. */
    fill(state, spare) {
      this.tokens = this.entries.map((entry, i) => this.tokens[i] || take(spare, entry.name, this.list));
      this.entries.forEach((entry, i) => dress(this.tokens[i], entry, state));
      const unchanged = this.tokens.length === this.list.children.length
        && this.tokens.every((token, i) => token === this.list.children[i]);
      if (!unchanged) this.list.replaceChildren(...this.tokens);
      const rest = this.all.length - this.entries.length;
      this.rest.classList.toggle("more", rest > 0);
      this.rest.textContent = rest ? `+ ${rest}` : this.all.length ? "" : this.kind.nobody || "nobody";
      this.count.textContent = this.all.length > 1 ? this.all.length : "";
    }
  }

  /** The loop: its queue, what runs, and who waits for what, as boxes that move between them. */
  player.Board = class {
    constructor() {
      this.places = {};
      for (const key of Object.keys(PLACES)) this.places[key] = new Place(key);
      const { ready, runs, library, threads } = this.places;
      this.select = make("p", "select");
      this.lists = make("div", "lists", ...LISTS.map((key) => this.places[key].element));
      this.turn = make("div", "turn", ready.element, runs.element, this.select);
      this.element = make("div", "board", this.turn, this.lists, library.element, threads.element);
      this.element.setAttribute("role", "region");
    }

    /** Shows a state of this history. Parts of a loop that the run never has are left out. */
    show(state, history, millis) {
      player.glide(this.element, ".token", millis, () => {
        const room = this.arrange(history);
        const spare = [];
        for (const place of Object.values(this.places)) place.keep(state, room, spare);
        for (const place of Object.values(this.places)) place.fill(state, spare);
      });
      this.select.classList.toggle("active", state.select !== "");
      this.select.textContent = state.select ? `select ${state.select}` : "select";
    }

    /** Hides what this run doesn't have. Returns how many fit into each list. */
    arrange({ used, usesLibrary }) {
      const loops = used.size > 0;
      const { library, threads } = this.places;
      for (const key of LISTS) this.places[key].element.hidden = !used.has(key);
      this.turn.hidden = !loops;
      this.select.hidden = !used.has("select");
      library.element.hidden = !loops || !usesLibrary;
      threads.element.hidden = loops;
      this.lists.hidden = !loops;
      this.element.setAttribute("aria-label", loops ? "The loop" : "The threads");
      const shown = LISTS.filter((key) => used.has(key)).length;
      return shown > 2 ? 3 : 8;
    }
  };
}

"use strict";
{
  const PLAY = "M3 1.5l7.5 4.5l-7.5 4.5z";
  const PAUSE = "M2.5 1.5h2.6v9h-2.6zM6.9 1.5h2.6v9h-2.6z";
  const BACK = "M9.5 1.5v9l-5.6 -4.5zM2.2 1.5h1.3v9h-1.3z";
  const FORWARD = "M2.5 1.5v9l5.6 -4.5zM8.5 1.5h1.3v9h-1.3z";
  const BUTTONS = `
    <button type="button" class="back" aria-label="Step back" title="Step back (left)"></button>
    <button type="button" class="toggle"></button>
    <button type="button" class="forward" aria-label="Step forward" title="Step forward (right)"></button>
    <div class="time"><input type="range" class="range" min="0" step="1" aria-label="Timeline"><div class="strip" aria-hidden="true"></div></div>
    <span class="where"></span>
    <select class="speed" aria-label="Speed">
      <option value="1">1 step/s</option>
      <option value="2" selected>2 steps/s</option>
      <option value="4">4 steps/s</option>
      <option value="8">8 steps/s</option>
    </select>`;

  /** How long after the first step, in microseconds, as text. */
  function since(micros) {
    if (micros < 1000) return `${micros} \u00b5s`;
    return micros < 1e6 ? `${(micros / 1000).toFixed(1)} ms` : `${(micros / 1e6).toFixed(2)} s`;
  }

  const count = (n) => n.toLocaleString("en");

  /** A colour for each step: that of who ran. Neighbours of one colour are one stretch. */
  function stripes(history) {
    const stretches = [];
    for (let n = history.first; n <= history.last; n++) {
      const runner = player.running(history.state(n));
      const hue = runner ? player.hue(runner) : "";
      const last = stretches[stretches.length - 1];
      if (last && last.hue === hue) last.end = n + 1;
      else stretches.push({ hue, start: n, end: n + 1 });
    }
    const total = history.last - history.first + 1;
    const percent = (n) => `${((n - history.first) / total * 100).toFixed(2)}%`;
    return stretches.map(({ hue, start, end }) => {
      const colour = hue ? `var(--${hue})` : "transparent";
      return `${colour} ${percent(start)} ${percent(end)}`;
    }).join(", ");
  }

  const KEYS = {
    ArrowLeft: (film) => film.step(-1),
    ArrowRight: (film) => film.step(1),
    Home: (film) => film.toFirst(),
    End: (film) => film.toLast(),
    " ": (film) => film.toggle(),
  };

  /** The buttons, the timeline and the keys of one player. */
  player.Controls = class {
    constructor(figure, film) {
      this.element = player.make("div", "controls");
      this.element.innerHTML = BUTTONS;
      for (const name of ["back", "toggle", "forward", "range", "strip", "where", "speed"])
        this[name] = this.element.querySelector("." + name);
      this.back.append(player.drawing(BACK, "icon"));
      this.forward.append(player.drawing(FORWARD, "icon"));
      this.back.addEventListener("click", () => film.step(-1));
      this.forward.addEventListener("click", () => film.step(1));
      this.toggle.addEventListener("click", () => film.toggle());
      this.range.addEventListener("input", () => film.drag(this.range.valueAsNumber));
      figure.addEventListener("keydown", (event) => this.press(event, film));
    }

    press(event, film) {
      const element = event.target;
      const modified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
      const theirs = element.matches("select")
        || (element.matches("button, summary") && event.key === " ")
        || (element === this.range && event.key !== " ");
      if (modified || theirs || !KEYS[event.key]) return;
      event.preventDefault();
      KEYS[event.key](film);
    }

    get stepsPerSecond() {
      return Number(this.speed.value);
    }

    /** Shows that it plays, or that it does not. */
    playing(plays) {
      this.toggle.setAttribute("aria-label", plays ? "Pause" : "Play");
      this.toggle.title = plays ? "Pause (space)" : "Play (space)";
      this.toggle.replaceChildren(player.drawing(plays ? PAUSE : PLAY, "icon"));
    }

    /** Turns the button into that of a live view. */
    follows(follows) {
      this.speed.hidden = true;
      this.toggle.classList.add("follow");
      this.toggle.setAttribute("aria-pressed", follows);
      this.toggle.title = "Follow the newest step (space)";
      this.toggle.textContent = "Follow";
    }

    /** Draws below the timeline who ran when. */
    strips(history) {
      this.strip.style.setProperty("--gaps", Math.max(1, history.last - history.first));
      this.strip.style.backgroundImage = `linear-gradient(to right, ${stripes(history)})`;
    }

    /** @param live whether there may be newer steps than n that the reader has not seen */
    show(history, n, live) {
      const { first, last } = history;
      const step = live ? count(n + 1) : `${count(n + 1)} / ${count(last + 1)}`;
      const newer = live && n < last ? `, ${count(last - n)} newer` : "";
      this.range.min = first;
      this.range.max = last;
      this.range.value = n;
      this.range.setAttribute("aria-valuetext", `step ${n + 1} of ${last + 1}`);
      this.where.replaceChildren(step + newer, player.make("small", "", since(history.state(n).t)));
      // Not disabled: a disabled button would lose the focus, and the keys with it.
      this.back.setAttribute("aria-disabled", n <= first);
      this.forward.setAttribute("aria-disabled", n >= last);
    }
  };
}

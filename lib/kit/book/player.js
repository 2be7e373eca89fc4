"use strict";
/*
 * Shows a run of a chapter, step by step: its code, its loop, what it printed.
 *
 *   <figure class="player" data-recording="NAME"></figure>   a recording that addRecording("NAME", {...}) gives
 *   <figure class="player" data-live="/steps"></figure>      a run that goes on, from server-sent events
 *
 * The pages take this file and those that it needs from PlayerFiles.java, which has their order.
 */
{
  const GLIDE = 240; // milliseconds that a box takes to its new place
  const KEPT = 500; // the states of a live run to which a reader can step back

  const within = (low, n, high) => Math.max(low, Math.min(n, high));

  /** What a recording and a live run have in common: a history, and the state that is shown. */
  class Player {
    constructor(figure, limit) {
      this.figure = figure;
      this.history = new player.History(limit);
      this.screen = new player.Screen(figure);
      this.controls = new player.Controls(figure, this);
      this.screen.say.after(this.controls.element);
      this.at = 0;
      figure.tabIndex = 0;
      figure.setAttribute("role", "group");
    }

    begin(recording) {
      this.recording = recording;
      this.figure.setAttribute("aria-label", `Player: ${recording.chapter}, step by step`);
      this.screen.begin(recording);
    }

    show(n, millis) {
      this.at = within(this.history.first, n, this.history.last);
      this.screen.show(this.history, this.at, millis);
      this.controls.show(this.history, this.at, this.live);
    }

    /** Goes some steps on or back, because the reader says so. */
    step(count) {
      this.take(this.at + count, GLIDE);
    }

    drag(n) {
      this.take(n, GLIDE / 2);
    }

    toFirst() {
      this.take(this.history.first, GLIDE);
    }

    toLast() {
      this.take(this.history.last, GLIDE);
    }
  }

  /** A recording: it plays, at the reader's speed, to its end. */
  class Film extends Player {
    constructor(figure, recording) {
      super(figure);
      this.live = false;
      this.begin(recording);
      for (const step of recording.steps) this.history.add(step);
      this.controls.strips(this.history);
      this.pause();
      this.show(0, 0);
      addEventListener("beforeprint", () => this.print());
      addEventListener("afterprint", () => this.paper && this.paper.remove());
    }

    take(n, millis) {
      this.pause();
      this.show(n, millis);
    }

    toggle() {
      if (this.timer) this.pause();
      else this.play();
    }

    play() {
      if (this.at === this.history.last) this.show(0, 0);
      this.screen.speaks(false);
      this.controls.playing(true);
      this.next();
    }

    next() {
      const millis = 1000 / this.controls.stepsPerSecond;
      this.timer = setTimeout(() => {
        this.show(this.at + 1, Math.min(GLIDE, millis * 0.7));
        if (this.at < this.history.last) this.next();
        else this.pause();
      }, millis);
    }

    pause() {
      clearTimeout(this.timer);
      this.timer = null;
      this.screen.speaks(true);
      this.controls.playing(false);
    }

    print() {
      if (this.paper) this.paper.remove();
      this.paper = player.onPaper(this.recording, this.history);
      this.figure.append(this.paper);
    }
  }

  /** A run that goes on: it shows the newest state, unless the reader has stepped back. */
  class Live extends Player {
    constructor(figure, url) {
      super(figure, KEPT);
      this.live = true;
      this.screen.help.querySelector(".space").textContent = "follow, stop following";
      this.screen.help.querySelector(".ends").textContent = "oldest step kept, newest step";
      this.follow(true);
      const events = new EventSource(url);
      events.onopen = () => this.connected(true);
      events.onerror = () => this.connected(false);
      events.onmessage = (event) => this.receive(JSON.parse(event.data));
    }

    connected(is) {
      this.screen.badge.textContent = is ? "live" : "connection lost";
      this.screen.badge.classList.toggle("lost", !is);
    }

    receive(event) {
      if (event.source) this.restart(event);
      this.history.add(event.state ? { ...event.state, skipped: event.skipped || 0 } : { ...event, skipped: 0 });
      // Many steps may come between two pictures of the screen: it shows the last.
      if (!this.frame) this.frame = requestAnimationFrame(() => this.refresh());
    }

    /** A connection begins: the page's first one, or the next after a lost one. */
    restart(event) {
      if (this.history.last >= 0 && event.state.t < this.history.state(this.history.last).t) {
        this.history = new player.History(KEPT); // another run of the chapter
        this.follow(true);
      }
      this.begin(event);
    }

    refresh() {
      this.frame = null;
      const forgotten = this.at < this.history.first;
      if (this.following || forgotten) this.show(this.following ? this.history.last : this.at, GLIDE);
      else this.controls.show(this.history, this.at, true);
      this.controls.strips(this.history);
    }

    take(n, millis) {
      if (this.history.last < 0) return;
      this.follow(n >= this.history.last);
      this.show(n, millis);
    }

    toggle() {
      if (this.following) this.follow(false);
      else this.toLast();
    }

    follow(follows) {
      this.following = follows;
      this.screen.speaks(!follows);
      this.controls.follows(follows);
    }
  }

  function showRecording(name) {
    for (const figure of document.querySelectorAll("figure.player")) {
      if (figure.dataset.recording !== name || figure.tabIndex === 0) continue;
      figure.replaceChildren();
      new Film(figure, player.recordings.get(name));
    }
  }

  for (const name of player.recordings.keys()) showRecording(name);
  player.onRecording = showRecording;
  for (const figure of document.querySelectorAll("figure.player[data-live]")) {
    figure.replaceChildren();
    new Live(figure, figure.dataset.live);
  }
}

"use strict";
{
  const SVG = "http://www.w3.org/2000/svg";
  // Names and shapes tell actors apart where colours do not. 7 colours and 4 shapes make 28 looks.
  const COLOURS = 7;
  const SHAPES = [
    "M6 1.2a4.8 4.8 0 1 0 .01 0z",
    "M2 2h8v8h-8z",
    "M6 .6l5.4 5.4l-5.4 5.4l-5.4 -5.4z",
    "M6 1.2l5.2 9.2h-10.4z",
  ];
  const RING = "M6 1.2a4.8 4.8 0 1 0 .01 0zM6 4a2 2 0 1 0 .01 0z";

  /** Makes an element; children are elements or text. */
  player.make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  /** Makes a drawing of one path, of the size of a letter. */
  player.drawing = (path, className) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 12 12");
    svg.setAttribute("class", className);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  /** A name that is cut before its last word or number where there is no room: "conv...-2". */
  player.nameOf = (name) => {
    const end = Math.max(name.lastIndexOf("-"), name.lastIndexOf(" "));
    if (end <= 0) return player.make("span", "who whole", name);
    return player.make("span", "who", player.make("span", "stem", name.slice(0, end)), name.slice(end));
  };

  /** The class of an actor's colour. The loop itself has none, and neither has an unknown name. */
  player.hue = (actor) =>
    actor && actor.kind !== "loop" ? "hue-" + (actor.id % COLOURS) : "hue-none";

  /** The actor's shape in its colour: filled while it runs, hollow while it waits. */
  player.dot = (actor) => {
    const shape = !actor || actor.kind === "loop" ? RING : SHAPES[actor.id % SHAPES.length];
    return player.drawing(shape, "dot");
  };

  /** The actor that a queue or list means: by its whole name, else as a word of the entry. */
  player.actorNamed = (actors, name) =>
    actors.find((actor) => actor.name === name) ||
    actors
      .filter((actor) => ` ${name} `.includes(` ${actor.name} `))
      .sort((a, b) => b.name.length - a.name.length)[0];

  const WHILE = { runs: "runs", ready: "is ready", waits: "waits", done: "is done" };

  /** What an actor does, for a tooltip. */
  player.describe = (actor) =>
    `${actor.name} ${WHILE[actor.state]}` +
    (actor.state === "waits" && actor.on ? ` for ${actor.on}` : "") +
    (actor.at ? ` at ${actor.at}` : "");
}

"use strict";
{
  const CALM = "cubic-bezier(.3, 0, .2, 1)";
  const less = matchMedia("(prefers-reduced-motion: reduce)");

  /** How long a motion may last: not at all for a reader who asked for less of it. */
  player.pace = (millis) => (less.matches ? 0 : millis);

  const APPEAR = [{ opacity: 0 }, { opacity: 1 }];

  /** From where an element was, if that is in sight; null if it has not moved. */
  function slide(element, from, root) {
    const to = element.getBoundingClientRect();
    const x = from.left - to.left;
    const y = from.top - to.top;
    if (Math.abs(y) > root.clientHeight) return APPEAR;
    return x || y ? [{ transform: `translate(${x}px, ${y}px)`, zIndex: 2 }, { transform: "none", zIndex: 2 }] : null;
  }

  /** Shows, where an element was, a copy of it that fades away. */
  function fadeAway(element, from, root, millis) {
    const ghost = element.cloneNode(true);
    const at = root.getBoundingClientRect();
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("ghost");
    Object.assign(ghost.style, {
      left: `${from.left - at.left - root.clientLeft + root.scrollLeft}px`,
      top: `${from.top - at.top - root.clientTop + root.scrollTop}px`,
      width: `${from.width}px`,
    });
    root.append(ghost);
    ghost.animate([{ opacity: 1 }, { opacity: 0 }], { duration: millis, easing: CALM, fill: "forwards" })
      .onfinish = () => ghost.remove();
  }

  /**
   * Makes a change of the page, then lets the elements that it moved glide there from where they
   * were, the new ones appear and the removed ones fade.
   */
  player.glide = (root, selector, millis, change) => {
    const find = () => [...root.querySelectorAll(selector + ":not(.ghost)")];
    if (!player.pace(millis)) {
      change();
      return;
    }
    const before = new Map(find().map((element) => [element, element.getBoundingClientRect()]));
    change();
    const now = find();
    for (const element of now) element.getAnimations().forEach((animation) => animation.cancel());
    const frames = now.map((element) =>
      before.has(element) ? slide(element, before.get(element), root) : APPEAR);
    now.forEach((element, i) => {
      if (frames[i]) element.animate(frames[i], { duration: millis, easing: CALM });
      before.delete(element);
    });
    before.forEach((from, element) => fadeAway(element, from, root, millis));
  };
}

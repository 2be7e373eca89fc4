"use strict";
document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement.style;
  const dark = root.colorScheme
    ? root.colorScheme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.colorScheme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.colorScheme); } catch { /* then it holds for this page */ }
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // a page that was opened as a file
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
/** A cell's code, or the commands of a terminal without its prompts. */
function copied(figure) {
  const typed = [...figure.querySelectorAll("kbd")].map((command) => command.textContent);
  return (typed.length ? typed.join("\n") : figure.querySelector("code").textContent.trimEnd()) + "\n";
}
for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    await copy(copied(button.parentElement));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

const query = document.getElementById("query");
const results = document.getElementById("results");
let index = null;

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.async = false;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}
const loaded = {};
function ready() {
  loaded.promise ??= load("lunr.min.js").then(() => load("search.js")).then(() => {
    index = lunr(function () {
      this.ref("id");
      this.field("title", { boost: 5 });
      this.field("text");
      SECTIONS.forEach((section, id) => this.add({ id, title: section.title, text: section.text }));
    });
  });
  return loaded.promise;
}
function find(text) {
  return index.query((q) => {
    for (const word of lunr.tokenizer(text)) {
      q.term(word, { boost: 10, usePipeline: true });
      q.term(word, { wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
    }
  });
}
query.addEventListener("input", async () => {
  await ready();
  const hits = query.value.trim() ? find(query.value).slice(0, 12) : [];
  results.replaceChildren(...hits.map((hit) => {
    const section = SECTIONS[hit.ref];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = section.url;
    link.textContent = section.title;
    const where = document.createElement("small");
    where.textContent = section.chapter;
    link.append(where);
    item.append(link);
    return item;
  }));
  if (query.value.trim() && !hits.length) {
    const none = document.createElement("li");
    none.textContent = "Nothing found.";
    results.replaceChildren(none);
  }
  results.hidden = !query.value.trim();
});
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter") results.querySelector("a")?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== query) {
    event.preventDefault();
    query.focus();
  } else if (event.key === "Escape") {
    query.value = "";
    results.hidden = true;
  }
});

// The numbers of lines are for the mouse: they would be hundreds of stops of the Tab key.
for (const number of document.querySelectorAll(".lines > span > a:first-child")) {
  number.tabIndex = -1;
  number.ariaHidden = "true";
}

// The sidebar marks the section that is being read, and shows the chapter.
const inside = new Map();
for (const link of document.querySelectorAll(".sidebar .inside a"))
  inside.set(document.getElementById(decodeURIComponent(link.hash.slice(1))), link);
let current = null;
function mark() {
  let last = null;
  for (const [heading, link] of inside)
    if (heading && heading.getBoundingClientRect().top < innerHeight / 3) last = link;
  if (last === current) return;
  current?.removeAttribute("aria-current");
  last?.setAttribute("aria-current", "true");
  current = last;
}
const edge = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
for (const heading of inside.keys()) if (heading) edge.observe(heading);
const sidebar = document.getElementById("sidebar");
const here = sidebar.querySelector("[aria-current=page]");
if (here && here.offsetTop > sidebar.clientHeight / 2) sidebar.scrollTop = here.offsetTop - 80;
sidebar.addEventListener("click", (event) => {
  if (event.target.closest("a") && sidebar.matches(":popover-open")) sidebar.hidePopover();
});

// A player is four times as large as its page, so it comes when the reader comes near it.
const PLAYER = document.currentScript.dataset.player.split(" ");
const near = new IntersectionObserver(async (entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    play(entry.target);
  }
}, { rootMargin: "150% 0px" });
function play(figure) {
  loaded.player ??= Promise.all(["highlight.min.js", ...PLAYER].map(load));
  return loaded.player.then(() => load(`recordings/${figure.dataset.recording}.js`));
}
const players = document.querySelectorAll(".player[data-recording]");
for (const figure of players) near.observe(figure);
addEventListener("beforeprint", () => players.forEach(play));

"use strict";
for (const code of document.querySelectorAll("pre code[class]")) hljs.highlightElement(code);

// A source follows the system's theme, unless the reader has chosen one.
function choosePictures() {
  const chosen = document.documentElement.style.colorScheme;
  if (!chosen) return;
  for (const source of document.querySelectorAll("picture source"))
    source.media = chosen === "dark" ? "all" : "not all";
}
choosePictures();

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement.style;
  const dark = root.colorScheme
    ? root.colorScheme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.colorScheme = dark ? "light" : "dark";
  choosePictures();
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
for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    await copy(button.parentElement.querySelector("code").textContent + "\n");
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

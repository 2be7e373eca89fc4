// Runs before the page is drawn, so that a chosen theme does not flash.
let theme = null;
try { theme = localStorage.getItem("theme"); } catch { /* a browser that keeps nothing */ }
if (theme) document.documentElement.style.colorScheme = theme;

// The fonts are in fonts.css, and yet a browser decodes them later: the page is shown when it has them, so no line moves.
{
  const page = document.documentElement;
  const shown = () => { page.style.visibility = ""; };
  page.style.visibility = "hidden";
  const fonts = ["1rem Literata", "italic 1rem Literata", "600 1rem Inter", "1rem 'JetBrains Mono'"];
  Promise.all(fonts.map((font) => document.fonts.load(font))).then(shown, shown);
  setTimeout(shown, 500);
}

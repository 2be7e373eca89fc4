// Runs before the page is drawn, so that a chosen theme does not flash.
let theme = null;
try { theme = localStorage.getItem("theme"); } catch { /* a browser that keeps nothing */ }
if (theme) document.documentElement.style.colorScheme = theme;

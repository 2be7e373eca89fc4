"use strict";
// Only a page that a book with --serve has sent has this script.
const live = document.currentScript.dataset;

if (live.notice) {
  const notice = document.createElement("div");
  notice.className = `notice ${live.kind}`;
  notice.setAttribute("role", live.kind === "error" ? "alert" : "status");
  notice.textContent = live.notice;
  document.body.append(notice);
}

// A browser opens few connections to a server, so only a page that is seen keeps one.
let changes = null;
function follow() {
  if (document.hidden) {
    changes?.close();
    changes = null;
  } else if (!changes) {
    changes = new EventSource(`changes?page=${live.page}&version=${live.version}`);
    changes.onmessage = () => {
      changes.close();
      location.reload();
    };
  }
}
document.addEventListener("visibilitychange", follow);
addEventListener("pagehide", () => changes?.close());
follow();

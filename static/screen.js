// The screen of a hall asks for itself again. While the server is away it keeps its last picture and says so.
"use strict";

const REFRESH_MS = 30000;
const PATIENCE_MS = 10000;

async function refresh() {
  try {
    const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = answer.getElementById("main");
    if (!main || !answer.body.dataset.stale) throw new Error("another page answered");
    if (scriptAddress(answer) !== scriptAddress(document)) {
      location.reload(); // a new release: its page may need its own script and style sheet
      return;
    }
    document.getElementById("main").replaceWith(main);
    showStale(false);
  } catch {
    showStale(true);
  } finally {
    setTimeout(refresh, REFRESH_MS);
  }
}

// The address changes with the content of the script (forumapp/web/assets.py).
function scriptAddress(page) {
  return page.querySelector('script[src*="/screen.js"]')?.getAttribute("src");
}

function showStale(isStale) {
  document.getElementById("stale")?.remove();
  if (!isStale) return;
  const note = document.createElement("p");
  note.id = "stale";
  note.className = "screen-stale";
  note.setAttribute("role", "status");
  note.textContent = document.body.dataset.stale;
  document.getElementById("main").append(note);
}

setTimeout(refresh, REFRESH_MS);

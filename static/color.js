// Beside a color that is being chosen, tells how it reads: what the server says of it, as it would be saved.
"use strict";

const SETTLE_MS = 150; // a picker sends every color that it passes

for (const input of document.querySelectorAll("[data-color]")) {
  let waiting = 0;
  const tell = async () => {
    const color = input.value;
    const response = await fetch(input.dataset.color.replace("000000", color.slice(1)), { credentials: "same-origin" });
    if (!response.ok || input.value !== color) return;
    const told = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-color-told]");
    input.closest(".field").querySelector("[data-color-told]").replaceChildren(...told.childNodes);
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => tell().catch(() => {}), SETTLE_MS); // the network was away: what stands there stays
  });
}

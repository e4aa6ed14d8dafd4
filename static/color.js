// Beside a color that is being chosen, tells how it reads: what the server says of it, as it would be saved.
"use strict";

const SETTLE_MS = 150; // a picker sends every color that it passes
const COLOR_MS = 10000;

for (const input of document.querySelectorAll("[data-color]")) {
  let waiting = 0;
  const tell = async (color) => {
    const place = input.closest(".field").querySelector("[data-color-told]");
    place.setAttribute("aria-busy", "true"); // what it shows is of another color
    const address = input.dataset.color.replace("000000", color.slice(1));
    const response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(COLOR_MS) });
    if (input.value !== color) return;
    if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
    const told = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-color-told]");
    place.replaceChildren(...told.childNodes);
    place.removeAttribute("aria-busy");
  };
  const fail = (color) => {
    if (input.value !== color) return; // a later color is being asked for
    const place = input.closest(".field").querySelector("[data-color-told]");
    place.textContent = place.dataset.failed;
    place.removeAttribute("aria-busy");
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const color = input.value;
      tell(color).catch(() => fail(color));
    }, SETTLE_MS);
  });
}

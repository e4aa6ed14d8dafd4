// Beside a color that is being chosen, tells how it reads: what the server says of it, as it would be saved.
"use strict";

const SETTLE_MS = 150; // a picker sends every color that it passes

for (const input of document.querySelectorAll("[data-color]")) {
  let waiting = 0;
  const tell = async () => {
    const color = input.value;
    const place = input.closest(".field").querySelector("[data-color-told]");
    place.setAttribute("aria-busy", "true"); // what it shows is of another color
    const response = await fetch(input.dataset.color.replace("000000", color.slice(1)), { credentials: "same-origin" });
    if (input.value !== color) return;
    if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
    const told = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-color-told]");
    place.replaceChildren(...told.childNodes);
    place.removeAttribute("aria-busy");
  };
  const fail = () => {
    const place = input.closest(".field").querySelector("[data-color-told]");
    place.textContent = place.dataset.failed;
    place.removeAttribute("aria-busy");
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => tell().catch(fail), SETTLE_MS);
  });
}

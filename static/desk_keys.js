// The keys of the registration desk. A letter by itself is a key for whoever is in hand, where the keyboard is on their
// card; letters that follow each other are a name or what a hand scanner read, and lead to the next person from wherever
// the keyboard is.
const ALONE_MS = 300; // nobody who types a name waits so long for the next letter
const SCANNER_MS = 60; // a letter, and nobody types eight of them so fast
const CODE = /^(?:[0-9A-Z]{8}|[0-9A-Z]{20})$/; // core/tokens.py
const main = document.getElementById("main");

export const box = () => main.querySelector("[data-counter-box] input[type=search]");
export const card = () => main.querySelector("[data-counter-card]");
// Whether those who are listed are found by what stands in the box.
export const isOfBox = () => main.querySelector("[data-counter-found]").dataset.words === box().value.trim();
const rows = () => [...main.querySelectorAll("[data-counter-row]")];

let held = "";
let alone;
const none = { letters: "", from: 0, at: 0, field: null, before: "" };
let burst = none;

// On a page without one, to what it asks first.
export function toBox() {
  const input = box();
  const asked = main.querySelector("[data-focus]") ?? main.querySelector("[data-focus-first] :is(input:not([type=hidden]), select)");
  (input ?? asked)?.focus();
  input?.select();
}

export function dropKey() {
  clearTimeout(alone);
  held = "";
}

// From the box down to those who are found, and from one to the next.
function step(by) {
  const found = rows();
  const place = found.indexOf(document.activeElement) + by;
  if (place < 0) toBox();
  else if (found[place]) found[place].focus();
  else if (!found.length) card()?.focus();
}

// What was typed just now is looked for first, so that no key opens somebody who was found by something else.
async function stepFromBox(by, look) {
  if (!isOfBox()) await look();
  if (document.activeElement === box() && isOfBox()) step(by);
}

// Where somebody is in hand, and else they begin a search.
function hold(letter, on) {
  clearTimeout(alone);
  held += letter;
  if (held.length > 1 || !on) return intoBox();
  alone = setTimeout(() => {
    held = "";
    act(letter);
  }, ALONE_MS);
}

function intoBox() {
  const input = box();
  const letters = held;
  held = "";
  if (!input) return;
  input.focus();
  input.value = letters;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function act(letter) {
  const found = main.querySelector(`[data-counter-act="${CSS.escape(letter.toLowerCase())}"]`);
  if (!found) return;
  if (found.matches("form")) found.requestSubmit();
  else if (found.matches("details")) { found.open = true; found.querySelector("input:not([type=hidden]), select, textarea, button")?.focus(); }
  else found.click();
}

// What a hand scanner types into a field that asks something else, or on a page without the box, presses nothing there.
function watch(event) {
  const field = event.target.closest("input, select, textarea");
  const isNext = event.timeStamp - burst.at < ALONE_MS && field === burst.field;
  if (!isNext) burst = { letters: "", from: event.timeStamp, field, before: field?.value };
  burst.letters += event.key;
  burst.at = event.timeStamp;
}

function scanned(event) {
  const { letters, from, field, before } = burst;
  burst = none;
  const isFast = event.timeStamp - from < SCANNER_MS * (letters.length + 1);
  if (!isFast || !CODE.test(letters) || event.target === box()) return "";
  if (field) field.value = before;
  return letters;
}

export function listen(open, look) {
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!main.querySelector("[data-counter]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^[!-~]$/.test(event.key)) watch(event);
    else if (event.key === "Enter") {
      const code = scanned(event);
      dropKey();
      if (!code) return;
      event.preventDefault();
      open(code);
      return;
    }
    if (event.key === "Escape" && (at === document.body || main.contains(at))) {
      event.preventDefault();
      if (at === box() && card()) card().focus({ preventScroll: true });
      else toBox();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (at === box() || at.closest("[data-counter-row]"))) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (at === box()) stepFromBox(by, look);
      else step(by);
    } else if (/^[!-~]$/.test(event.key) && box() && !at.closest("input, select, textarea")) {
      event.preventDefault();
      hold(event.key, Boolean(at.closest("[data-counter-card]")));
    }
  });
}

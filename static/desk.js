// The registration desk without new pages: what the links and forms of the page answer is put in its place, so that the
// box never goes away for long. What is typed is looked for at once, Enter opens, and a person in hand has keys.
"use strict";

const PAUSE_MS = 120;
// Nobody types two letters so fast: a hand scanner does, and what it reads is never a key for whoever is in hand.
const SCANNER_MS = 80;
const main = document.getElementById("main");

const box = () => main.querySelector("[data-counter-box] input[type=search]");
const card = () => main.querySelector("[data-counter-card]");
const rows = () => [...main.querySelectorAll("[data-counter-row]")];
const people = () => rows().filter((row) => !row.closest(".counter-none"));

let timer;
let asked;
let held = "";
let alone;

// On a page without one, to what it asks first.
function toBox() {
  const input = box();
  const asked = main.querySelector("[data-focus]") ?? main.querySelector("[data-focus-first] :is(input:not([type=hidden]), select)");
  (input ?? asked)?.focus();
  input?.select();
}

function offline() {
  const told = document.createElement("div");
  told.className = "alert alert-bad";
  told.setAttribute("role", "alert");
  told.dataset.counterOffline = "";
  const words = document.createElement("p");
  words.textContent = main.querySelector("[data-counter]").dataset.offline;
  told.append(words);
  main.querySelector("[data-counter-offline]")?.remove();
  main.querySelector("[data-counter]").prepend(told);
}

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

// Where the keyboard goes: to the first of several, to the first thing to do with whoever was opened, and back to the box
// once it is done.
function settle() {
  const done = main.querySelector("[data-counter-said], [data-counter-print], .messages");
  const first = main.querySelector("[data-counter-first]");
  if (main.querySelector(".has-error, .error-summary")) main.querySelector("[data-focus]")?.focus();
  else if (first) first.focus({ preventScroll: true });
  else if (card() && !done) card().focus({ preventScroll: true });
  else if (!card() && people().length) people()[0].focus();
  else toBox();
  offerPrint();
  document.dispatchEvent(new CustomEvent("counter"));
}

async function go(address, options = {}) {
  clearTimeout(timer);
  asked = null;
  main.classList.add("is-waiting");
  let answer;
  try {
    answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    offline();
    return;
  } finally {
    main.classList.remove("is-waiting");
  }
  const next = parsed(await answer.text());
  if (!next.querySelector("[data-counter]")) {
    // Signed out meanwhile, or a page of its own.
    location.assign(options.method ? location.href : answer.url);
    return;
  }
  main.replaceChildren(...document.importNode(next.getElementById("main"), true).childNodes);
  document.title = next.title;
  if (answer.url !== location.href && (!options.method || answer.redirected)) history.pushState(null, "", answer.url);
  settle();
  print();
}

// A badge that was made is printed by the frame that holds it; in a browser that prints by itself nobody is asked.
function print() {
  const frame = main.querySelector("[data-counter-print]");
  if (!frame) return;
  frame.addEventListener("load", () => {
    frame.contentWindow.print();
    settle();
  }, { once: true });
}

function offerPrint() {
  const button = main.querySelector("[data-counter-print-now]");
  if (button) button.hidden = false;
}

async function find() {
  const form = main.querySelector("[data-counter-box]");
  const address = new URL(form.action);
  if (box().value.trim()) address.searchParams.set("search", box().value.trim());
  asked = address.href;
  let next = null;
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (answer.ok && !answer.redirected) next = parsed(await answer.text());
  } catch {
    return; // Enter says so
  }
  const found = next?.querySelector("[data-counter-found]");
  if (!found || asked !== address.href) return; // someone typed on meanwhile
  main.querySelector("[data-counter-found]").replaceWith(document.importNode(found, true));
  card()?.remove();
  main.querySelector(".counter-work").classList.remove("has-one");
}

main.addEventListener("input", (event) => {
  if (event.target !== box() || event.isComposing) return; // what is being composed is no word yet
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS);
});
main.addEventListener("compositionend", (event) => {
  if (event.target === box()) timer = setTimeout(find, PAUSE_MS);
});

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("[data-counter]") || form.dataset.counterPlain !== undefined) return;
  event.preventDefault();
  const values = new URLSearchParams(new FormData(form, event.submitter));
  if (form.method === "get") {
    const address = new URL(form.action);
    address.search = values;
    go(address);
  } else if (!form.dataset.sent) {
    form.dataset.sent = "1";
    go(form.action, { method: "POST", body: values }).finally(() => delete form.dataset.sent);
  }
});

main.addEventListener("click", (event) => {
  if (event.target.closest("[data-counter-print-now]")) main.querySelector("[data-counter-print]").contentWindow.print();
  const link = event.target.closest("a[data-counter-row], a[data-counter-close], a[data-counter-open]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href);
});

// From the box down to those who are found, and from one to the next.
function step(by) {
  const found = rows();
  const place = found.indexOf(document.activeElement) + by;
  if (place < 0) toBox();
  else if (found[place]) found[place].focus();
  else if (!found.length) card()?.focus();
}

// A letter by itself is a key for whoever is in hand, and elsewhere begins a search; more at once are a code.
function hold(letter, on) {
  clearTimeout(alone);
  held += letter;
  if (held.length > 1 || !on) return intoBox();
  alone = setTimeout(() => {
    held = "";
    act(letter);
  }, SCANNER_MS);
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

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && at.closest("[data-counter]")) {
    event.preventDefault();
    toBox();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (at === box() || at.closest("[data-counter-row]"))) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (/^[!-~]$/.test(event.key) && box() && (at === document.body || main.contains(at)) && !at.closest("input, select, textarea")) {
    event.preventDefault();
    hold(event.key, Boolean(at.closest("[data-counter-card]")));
  }
});

addEventListener("popstate", () => location.reload());
if (card()) settle();

// The registration desk without new pages: what the links and forms of the page answer is put in its place, so that the
// box never goes away for long. What is typed is looked for at once, Enter opens, and then does what mostly comes next.
import { box, card, dropKey, isOfBox, listen, toBox } from "./desk_keys.js";
import { ask, away, isAway, isRefused, isUnanswered, keep, parsed, refuse, watch } from "./desk_network.js";

const PAUSE_MS = 120;
const main = document.getElementById("main");

const people = () => [...main.querySelectorAll("[data-counter-found] [data-counter-row]")].filter((row) => !row.closest(".counter-none"));

let timer;
let asked;
let isTyped = false; // since somebody asked for a page
let turn = Promise.resolve();
let waiting = 0;
let missed = [];

function told(words, kind) {
  const alert = document.createElement("div");
  alert.className = `alert alert-${kind}`;
  alert.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = words;
  alert.append(line);
  return alert;
}

// Where the keyboard goes: to what is wrong, to the first of several, to what mostly comes next with whoever is in hand,
// and back to the box once they are done. What needs a look leaves it on the card, where letters are keys.
function settle() {
  document.dispatchEvent(new CustomEvent("counter"));
  offerPrint();
  if (isTyped) return;
  const asks = main.querySelector("[data-counter-card] [data-focus], [data-counter] .error-summary, .counter-likely [data-focus]");
  const first = main.querySelector("[data-counter-first]");
  const isRefused = main.querySelector(".messages :is(.alert-warn, .alert-bad)");
  const isDone = card()?.hasAttribute("data-counter-done") || (main.querySelector(".messages") && !first);
  if (asks) asks.focus();
  else if (card() && (isRefused || !(first || isDone))) card().focus({ preventScroll: true });
  else if (first) first.focus({ preventScroll: true });
  else if (!card() && people().length) people()[0].focus();
  else toBox();
}

function dropSearch() {
  clearTimeout(timer);
  asked = null;
}

// One after the other, so that what is answered later never stands in the place of what was asked last.
function go(address, options = {}) {
  dropSearch();
  dropKey();
  isTyped = false;
  waiting += 1;
  turn = turn.then(() => bring(address, options)).finally(() => { waiting -= 1; });
  return turn;
}

async function bring(address, options) {
  if (options.method && isAway()) return keep(address, options.body, options.words, options.at);
  main.classList.add("is-waiting");
  try {
    const answer = await ask(address, options);
    const text = await answer.text();
    if (isUnanswered(answer)) throw new Error(String(answer.status));
    if (options.method && isRefused(answer)) refuse([{ address, ...options }], answer);
    else show(answer, text, Boolean(options.method));
  } catch {
    if (options.method) keep(address, options.body, options.words, options.at);
    else away();
  } finally {
    main.classList.remove("is-waiting");
  }
  return undefined;
}

function show(answer, text, isSent) {
  const next = parsed(text);
  if (!next.querySelector("[data-counter]")) {
    // Signed out meanwhile, or a page of its own.
    location.assign(isSent ? location.href : answer.url);
    return;
  }
  put(next);
  document.title = next.title;
  if (answer.url !== location.href && (!isSent || answer.redirected)) history.pushState(null, "", answer.url);
  settle();
  print();
}

// What somebody types meanwhile stays theirs. A refusal stays until they type on; one that nobody has seen, since the next
// one was asked for already, is told beside them.
function put(next) {
  const { value, selectionStart, selectionEnd } = box() ?? {};
  main.replaceChildren(...document.importNode(next.getElementById("main"), true).childNodes);
  main.querySelector("[data-counter]").prepend(...missed.splice(0).map((words) => told(words, "warn")));
  const refused = main.querySelector("[data-counter-said][role=alert] .counter-word");
  if (refused) dropSearch();
  if (refused && waiting > 1) missed = [`${main.querySelector(".counter-name").innerText.trim()}: ${refused.innerText}`];
  if (!isTyped || !box()) return;
  box().focus();
  box().value = value;
  box().setSelectionRange(selectionStart, selectionEnd);
}

// A badge that was made is printed by the frame that holds it; in a browser that prints by itself nobody is asked.
function print() {
  const frame = main.querySelector("[data-counter-print]");
  frame?.addEventListener("load", () => {
    frame.contentWindow.print();
    if (!isTyped) settle();
  }, { once: true });
}

function offerPrint() {
  const button = main.querySelector("[data-counter-print-now]");
  if (button) button.hidden = false;
}

// Where nothing is answered, nobody stands under words that are not theirs.
async function find() {
  clearTimeout(timer);
  const form = main.querySelector("[data-counter-box]");
  const address = new URL(form.action);
  if (box().value.trim()) address.searchParams.set("search", box().value.trim());
  asked = address.href;
  const found = await foundAt(address);
  if (asked !== address.href) return; // someone typed on meanwhile
  if (found) {
    const place = people().indexOf(document.activeElement); // an arrow may have asked for the same, and was quicker
    main.querySelector("[data-counter-found]").replaceWith(document.importNode(found, true));
    people()[place]?.focus();
    card()?.remove();
    main.querySelector(".counter-work").classList.remove("has-one");
  } else if (!isOfBox()) main.querySelector("[data-counter-found]").replaceChildren();
}

async function foundAt(address) {
  try {
    const answer = await ask(address);
    if (isUnanswered(answer)) throw new Error(String(answer.status));
    if (answer.ok && !answer.redirected) return parsed(await answer.text()).querySelector("[data-counter-found]");
  } catch {
    away();
  }
  return null;
}

function search(words) {
  const desk = new URL(main.querySelector("[data-counter]").dataset.desk, location.href);
  desk.search = new URLSearchParams({ search: words, go: "1" });
  go(desk);
}

main.addEventListener("input", (event) => {
  if (event.target !== box()) return;
  isTyped = true;
  if (event.isComposing) return; // what is being composed is no word yet
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS);
});
main.addEventListener("compositionend", (event) => {
  if (event.target === box()) timer = setTimeout(find, PAUSE_MS);
});

// Who and what, for when it has to wait for the network.
function wordsOf(form, submitter) {
  const typed = [...form.querySelectorAll("input[type=text]")].map((one) => one.value).filter(Boolean);
  const who = form.closest("[data-counter-card]")?.querySelector(".counter-name").innerText ?? typed.slice(0, 2).join(" ");
  const button = submitter ?? form.querySelector("button:not([type=button])");
  return [who, button?.firstChild.textContent].map((words) => words?.trim().replace(/\s+/g, " ")).filter(Boolean).join(" · ");
}

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
    const act = { body: values, words: wordsOf(form, event.submitter), at: new Date() };
    go(form.action, { method: "POST", ...act }).finally(() => delete form.dataset.sent);
  }
});

main.addEventListener("click", (event) => {
  if (event.target.closest("[data-counter-print-now]")) main.querySelector("[data-counter-print]").contentWindow.print();
  const link = event.target.closest("a[data-counter-row], a[data-counter-close], a[data-counter-open]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href);
});

// What had to wait is shown where it was done, if that still stands there alone; else it is told and can be opened.
function shows(one, answer, text) {
  if (isTyped || one.page !== location.href) return false;
  show(answer, text, true);
  return true;
}

document.addEventListener("counter-back", () => {
  if (isTyped && box()?.value.trim()) find();
});

listen(search, find);
watch(shows, (url, text) => {
  if (url) go(url);
  else {
    put(parsed(text));
    settle();
  }
});
addEventListener("popstate", () => location.reload());
if (card()) settle();

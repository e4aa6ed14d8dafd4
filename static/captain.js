// The roll-call of a captain. Marks are stored on this device until the server has answered them, so the page goes on
// without a network. A mark names the state, not a change of it: sending it twice changes nothing.
"use strict";

const root = document.querySelector("[data-roll-worker]");
const KEY = `roll-call ${location.pathname}`;
const RETRY_MS = 10_000;
const TIMEOUT_MS = 15_000;
let marks = storedMarks(); // by the address of the rider's form: { state, version }
let isSending = false;
let hasEnded = false;

function storedMarks() {
  try {
    return new Map(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch {
    return new Map();
  }
}

function store() {
  try {
    if (marks.size) localStorage.setItem(KEY, JSON.stringify([...marks]));
    else localStorage.removeItem(KEY);
  } catch {
    // A private window: the marks last as long as the page is open.
  }
}

const formsOf = (address) => [...document.querySelectorAll(".roll-marks form")].filter((form) => new URL(form.action).pathname === address);

function showMark(address, { state }) {
  const rider = formsOf(address)[0]?.closest(".roll-one");
  if (!rider) return;
  for (const button of rider.querySelectorAll(".roll-mark")) {
    if (button.value === state) button.setAttribute("aria-pressed", "true");
    else button.removeAttribute("aria-pressed");
  }
  rider.classList.remove("roll-is-expected", "roll-is-boarded", "roll-is-absent");
  rider.classList.add(`roll-is-${state}`);
  if (rider.querySelector(".roll-unsent")) return;
  const note = document.createElement("p");
  note.className = "roll-unsent badge badge-warn";
  note.textContent = root.dataset.unsent;
  rider.querySelector(".roll-name").after(note);
}

function countRiders() {
  const counts = document.querySelectorAll(".roll-counts dd");
  ["expected", "boarded", "absent"].forEach((state, at) => {
    counts[at].textContent = document.querySelectorAll(`.roll-is-${state}`).length;
  });
}

function show() {
  for (const [address, mark] of marks) showMark(address, mark);
  if (marks.size) countRiders();
  const status = document.getElementById("roll-status");
  status.hidden = !marks.size;
  const words = hasEnded ? root.dataset.ended : root.dataset.waiting;
  status.querySelector("p").textContent = words.replace("{count}", marks.size);
  const close = document.querySelector(".roll-close button");
  if (close) close.disabled = marks.size > 0;
}

function answered(address, mark) {
  if (marks.get(address) === mark) marks.delete(address); // unless it was marked again meanwhile
  store();
}

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const ask = (address, options = {}) => fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS), ...options });

// The page as the server has it. The query keeps the stored copy from answering.
async function fetchPage() {
  const answer = await ask(`${location.pathname}?at=${Date.now()}`);
  hasEnded = answer.status === 404 || answer.status === 410;
  if (!answer.ok) throw new Error(String(answer.status));
  return parsed(await answer.text());
}

async function sendMarks() {
  const messages = [];
  let page = await fetchPage();
  const token = page.querySelector("[name=csrf_token]")?.value ?? "";
  for (const [address, mark] of [...marks]) {
    const body = new URLSearchParams({ csrf_token: token, version: mark.version, state: mark.state });
    const answer = await ask(address, { method: "POST", body });
    const isForGood = answer.status === 404; // the rider has left the coach
    if (!answer.ok && !isForGood) throw new Error(String(answer.status));
    answered(address, mark);
    if (isForGood) continue;
    page = parsed(await answer.text());
    messages.push(...page.querySelectorAll(".messages > *"));
  }
  replacePage(marks.size ? page : await fetchPage(), messages);
}

function replacePage(page, messages) {
  const form = document.activeElement?.closest(".roll-marks form");
  const focused = form && { action: form.action, value: document.activeElement.value };
  for (const part of [".roll-counts", ".roll", ".roll-close", ".roll-state"]) {
    const before = document.querySelector(part);
    const after = page.querySelector(part);
    if (before && after) before.replaceWith(after);
    else before?.remove();
  }
  document.getElementById("roll-messages").replaceChildren(...messages);
  if (!focused) return;
  const buttons = [...document.querySelectorAll(".roll-mark")];
  buttons.find((one) => one.form.action === focused.action && one.value === focused.value)?.focus();
}

async function send() {
  if (isSending || !marks.size) return;
  isSending = true;
  let before = -1;
  try {
    while (marks.size && marks.size !== before) {
      before = marks.size;
      await sendMarks();
    }
  } catch {
    // They stay stored and are sent later.
  }
  isSending = false;
  show();
}

function onSubmit(event) {
  const form = event.target.closest(".roll-marks form");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const address = new URL(form.action).pathname;
  marks.set(address, { state: event.submitter.value, version: form.elements.version.value });
  store();
  show();
  send();
}

if (root) {
  document.addEventListener("submit", onSubmit);
  addEventListener("online", send);
  setInterval(send, RETRY_MS);
  show();
  send();
  navigator.serviceWorker?.register(root.dataset.rollWorker, { scope: location.pathname }).catch(() => undefined);
}

// The liaison's workspace: a person or a whole branch is dragged to another branch, or moved by the arrow keys on the
// person's box; all who are ticked go along. Each move is the form of its time, sent without leaving the page. Without
// this script the boxes, the list and the button do the same. What others change comes by data-poll (app.js).
"use strict";

const BOARD = "workspace-board";
const MOVE_MS = 10000;
let dragged = null;
let waits = false; // for an answer to a move

const board = () => document.getElementById(BOARD);
const formOf = (key) => document.getElementById(`move-${key}`);
const boxOf = (element) => element.querySelector("input[type=checkbox]");

function setUp() {
  for (const one of board().querySelectorAll(".person-chip, .branch")) {
    if (boxOf(one)) one.draggable = true;
  }
}

// What one was about to do stays where the board is renewed: ticks, folds, choices, and where the keyboard is.
function carry(from, to) {
  for (const box of from.querySelectorAll("[data-person] input:checked")) {
    const now = boxIn(to, box.closest("[data-person]").dataset.person, box.getAttribute("form"));
    if (now) now.checked = true;
  }
  for (const one of from.querySelectorAll("details[data-keep]")) {
    const now = to.querySelector(`details[data-keep="${one.dataset.keep}"]`);
    if (now) now.open = one.open;
  }
  for (const one of from.querySelectorAll(".workspace-move select")) {
    const now = to.querySelector(`#${one.id}`);
    if (now && [...now.options].some((option) => option.value === one.value)) now.value = one.value;
  }
}

function boxIn(root, person, form) {
  return root.querySelector(`[data-person="${person}"] input[form="${form}"]`);
}

function place() {
  const at = document.activeElement;
  if (!board().contains(at)) return () => {};
  const person = at.closest("[data-person]")?.dataset.person;
  const form = at.getAttribute("form");
  return () => {
    const now = person ? boxIn(board(), person, form) : at.id && document.getElementById(at.id);
    if (now) now.focus({ preventScroll: true });
  };
}

// The page's answer to a form: its board and what it says of the move.
function take(page) {
  const next = page.getElementById(BOARD);
  const back = place();
  for (const one of next.querySelectorAll("details[data-keep]")) {
    const before = board().querySelector(`details[data-keep="${one.dataset.keep}"]`);
    if (before) one.open = before.open;
  }
  board().replaceWith(next);
  for (const old of document.querySelectorAll(".desk-main .messages")) old.remove();
  const said = page.querySelector(".desk-main .messages");
  if (said) document.querySelector("[data-workspace-told]").append(said);
  setUp();
  back();
  document.dispatchEvent(new CustomEvent("found")); // which asks for what is new from now on
}

async function send(form) {
  if (waits) return;
  waits = true;
  board().setAttribute("aria-busy", "true");
  try {
    const signal = AbortSignal.timeout(MOVE_MS);
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (page.getElementById(BOARD)) take(page);
    else if (response.redirected) location.assign(response.url); // to the sign-in
    else form.submit(); // which shows what the server says
  } catch {
    form.submit(); // the browser says that the network is away
  } finally {
    waits = false;
    board()?.removeAttribute("aria-busy");
  }
}

function moveTo(form, group) {
  if (![...form.elements.group_id.options].some((one) => one.value === group && group)) return;
  form.elements.group_id.value = group;
  send(form);
}

// Only what is dragged goes, unless it is one of those who are ticked.
function tickAlone(form, box) {
  if (box.checked) return;
  for (const one of form.elements) if (one.type === "checkbox") one.checked = one === box;
}

document.addEventListener("dragstart", (event) => {
  const held = event.target.closest?.(".person-chip, .branch");
  if (!held?.draggable || !boxOf(held)) return;
  dragged = { element: held, box: boxOf(held), form: boxOf(held).form };
  held.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", (held.querySelector("label, summary") || held).textContent.trim());
});

function target(event) {
  const over = dragged && event.target.closest?.(".branch");
  return over && formOf(over.dataset.time) === dragged.form && !over.contains(dragged.element) ? over : null;
}

document.addEventListener("dragover", (event) => {
  const over = target(event);
  for (const one of document.querySelectorAll(".branch.is-over")) if (one !== over) one.classList.remove("is-over");
  if (!over) return;
  event.preventDefault();
  over.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const over = target(event);
  if (!over) return;
  event.preventDefault();
  tickAlone(dragged.form, dragged.box);
  moveTo(dragged.form, over.dataset.branch);
});

document.addEventListener("dragend", () => {
  dragged?.element.classList.remove("is-dragged");
  for (const one of document.querySelectorAll(".branch.is-over")) one.classList.remove("is-over");
  dragged = null;
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const box = event.target.closest?.(".workspace input[name=person]");
  if (!step || !box || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const branches = [...box.closest(".slot-branches").children];
  const next = branches[branches.indexOf(box.closest(".branch")) + step];
  if (!next) return;
  tickAlone(box.form, box);
  moveTo(box.form, next.dataset.branch);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".workspace-move, [data-workspace-told] form, .desk-main > .messages form")) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("polled", (event) => {
  if (event.target.id !== BOARD) return;
  if (dragged || waits) event.preventDefault();
  else {
    carry(event.target, event.detail);
    const back = place();
    setTimeout(() => { setUp(); back(); }, 0);
  }
});

document.addEventListener("found", () => setUp());

if (board()) setUp();

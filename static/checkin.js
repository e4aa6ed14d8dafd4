// A station scans without a new page and without the network: what is read waits its turn, so that a hand scanner never
// has to. Each scan has a name of its own, so that sending it again changes nothing; where the server does not answer in
// time, the page decides by what it knows, and keeps the scan until it can be sent.
import { Connection } from "./checkin_connection.js";
import { showAlone, showPeople, showSought, showWords, tellSought } from "./checkin_result.js";
import { looksLikeCode } from "./checkin_roster.js";

const PATIENCE_MS = 2000; // whoever stands there does not wait longer
const form = document.querySelector("[data-scan]");
const box = form.elements.code;
const result = document.getElementById("result");
const waiting = [];
const connection = new Connection(form);
let busy = false;
let isRefused = false;
let sought = ""; // a name that waits for the people to be loaded

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function bodyOf(scan) {
  const body = new URLSearchParams(new FormData(form));
  for (const name of ["code", "direction"]) body.delete(name);
  for (const name of ["code", "registration_id", "nonce", "direction"]) if (scan[name]) body.set(name, scan[name]);
  body.set("scanned_at", new Date(scan.at).toISOString());
  body.set("sent_at", new Date().toISOString());
  body.set("part", "result");
  if (connection.roster.csrf) body.set("csrf_token", connection.roster.csrf);
  return body;
}

// Whether the server has answered. One that is too slow may have taken the scan all the same: it knows it by its name.
async function ask(scan, isAgain = false) {
  let answer;
  let text;
  try {
    answer = await fetch(form.action, { method: "POST", body: bodyOf(scan), signal: AbortSignal.timeout(PATIENCE_MS) });
    text = answer.ok && !answer.redirected ? await answer.text() : "";
  } catch {
    return false;
  }
  if (answer.status === 400 && !isAgain && (await connection.isSignedAnew())) return ask(scan, true);
  if (answer.redirected || [400, 401, 403, 404, 409].includes(answer.status)) {
    isRefused = true; // signed out meanwhile: this scan and those that wait are kept before the page leaves
    return false;
  }
  const said = text && new DOMParser().parseFromString(text, "text/html").querySelector("[data-said]");
  if (!said) return false;
  result.replaceChildren(document.importNode(said, true));
  connection.roster.admit(connection.roster.people.get(Number(said.dataset.person)), said.dataset.result, Date.now());
  return true;
}

async function decideAlone(scan, found) {
  const { roster } = connection;
  const told = roster.isReady ? roster.judge(found, scan.direction, scan.at) : "unknown";
  const isKept = await connection.keep({ ...scan, told, of: found?.person.id });
  if (!isKept) {
    showWords("bad", form.dataset.offline);
    return;
  }
  showAlone(told, found?.person, roster);
  roster.admit(found?.person, told, scan.at);
}

const choose = (typed, people) => showPeople(typed, people, connection.roster, (person) => take({ registration_id: person.id }));

// Whether what was typed is taken for a name: its people are shown, or it waits for them to be loaded.
async function seek(typed) {
  if (!connection.roster.isReady) await connection.started;
  sought = typed;
  if (connection.roster.isReady) return showThoseSought();
  if (looksLikeCode(typed)) return false;
  showSought(typed, connection.isLoading);
  return true;
}

// What was typed last may be a name, also where it looks like a code that the server does not know. Whether people are
// shown for it, now that they are known.
function showThoseSought() {
  const typed = sought;
  if (!typed || !connection.roster.isReady) return false;
  sought = "";
  const people = connection.roster.search(typed);
  if (!people.length && looksLikeCode(typed)) return false;
  choose(typed, people);
  return true;
}

async function handle({ typed, ...scan }) {
  const { roster } = connection;
  const find = async () => (scan.registration_id ? roster.byId(scan.registration_id) : roster.find(scan.code));
  let found = await find();
  sought = "";
  if (typed && !found.length && (await seek(scan.code))) return;
  if (connection.isOnline) {
    if (await ask(scan)) {
      if (sought && !tellSought()) sought = ""; // it is a code
      return;
    }
    connection.isAway();
  }
  await connection.started; // with whom the page knew when it was open last
  if (!found.length) found = await find();
  if (found.length) sought = "";
  if (found.length > 1) choose(scan.code, found.map(({ person }) => person)); // a short code that looks like another one's
  else if (!showThoseSought()) await decideAlone(scan, found[0]);
}

async function work() {
  if (busy) return;
  busy = true;
  form.classList.add("is-waiting");
  while (waiting.length) await handle(waiting.shift()).catch(() => showWords("bad", form.dataset.offline));
  form.classList.remove("is-waiting");
  busy = false;
  showThoseSought(); // where they were loaded meanwhile
  if (!isRefused) return;
  isRefused = false;
  if (connection.queue) connection.turn();
  else location.reload();
}

function take(what) {
  connection.tellRehearsal();
  const direction = new FormData(form).get("direction") ?? "in";
  waiting.push({ ...what, direction, nonce: newName(), at: Date.now() });
  work();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = box.value.trim();
  box.value = "";
  const typed = Boolean(event.submitter); // which the camera has not
  if (typed) box.focus();
  if (code) take({ code, typed });
});

document.addEventListener("roster", () => {
  if (!busy) showThoseSought(); // else at the end of what is in hand
});
connection.start();

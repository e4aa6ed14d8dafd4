// Without the network, or where the server does not reach its database, a desk can find nobody: it says so within
// seconds, and leads to the station's page, which goes on. What was typed stays where it is, and what was sent is kept and
// sent once more when the network is back: each form has a name of its own, so that nothing takes effect twice.
const EVERY_MS = 3000;
const PATIENCE_MS = 2500;
const SLOWEST_MS = 20000; // for what somebody has sent
const HIDDEN_MS = 30000;
const main = document.getElementById("main");
const panel = () => main.querySelector("[data-counter-network]");
const deskAddress = () => main.querySelector("[data-counter]").dataset.desk;

let since = null;
let timer;
let isSignedOut = false;
let hasFailed = false;
let waiting = [];
let refused = []; // for good: told until somebody lets go of it, or sends it once more
let said = [];
let shows = () => false; // whether what came of an act was shown where it was done
let opens = () => undefined;

export const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
export const isUnanswered = (answer) => [502, 503, 504].includes(answer.status);
// Of an act, its page or a refusal in words; any other error says nothing of it, and it still waits.
const tells = (answer) => answer.ok || [409, 412, 422].includes(answer.status);
// Why it would be answered the same again and again.
const REASONS = { 403: "forbidden", 404: "gone", 410: "gone" };
export const isRefused = (answer) => answer.status in REASONS;

export function isAway() {
  return since !== null;
}

export function away() {
  since ??= Date.now();
  show();
}

// What is sent twice is sent once: a form has one name.
export function keep(address, body, words, at) {
  const name = body.get("nonce") ?? body.get("form_key") ?? address;
  waiting = [...waiting.filter((one) => one.name !== name), { name, address, body, words, at, page: location.href }];
  away();
}

export function refuse(acts, { status }) {
  waiting = waiting.filter((one) => !acts.includes(one));
  refused.push(...acts.map((one) => ({ ...one, why: REASONS[status] })));
  show();
}

export function ask(address, options = {}) {
  return fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(SLOWEST_MS), ...options });
}

async function beat() {
  clearTimeout(timer);
  const asked = ask(`${deskAddress()}/pulse`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const isThere = await asked.then((answer) => !isUnanswered(answer), () => false);
  if (!isThere) away();
  else if (isAway() || waiting.length) await back();
  timer = setTimeout(beat, document.hidden ? HIDDEN_MS : EVERY_MS);
}

async function back() {
  const wasAway = isAway();
  since = null;
  await sendAll().catch(away);
  show();
  if (wasAway && !isAway()) document.dispatchEvent(new CustomEvent("counter-back"));
}

async function sendAll() {
  hasFailed = false;
  for (const one of [...waiting]) {
    const asked = await ask(deskAddress());
    if (isUnanswered(asked)) throw new Error(String(asked.status));
    if (isRefused(asked)) return refuse([...waiting], asked);
    hasFailed ||= !asked.ok;
    if (!asked.ok) return undefined;
    const desk = parsed(await asked.text());
    isSignedOut = !desk.querySelector("[data-counter]");
    if (isSignedOut) return undefined;
    one.body.set("csrf_token", desk.querySelector("[name=csrf_token]").value);
    one.body.set("scanned_at", one.at.toISOString()); // by which a check-in counts from when it was done
    one.body.set("sent_at", new Date().toISOString());
    const answer = await ask(one.address, { method: "POST", body: one.body });
    const text = await answer.text();
    if (isUnanswered(answer)) throw new Error(String(answer.status));
    if (isRefused(answer)) {
      refuse([one], answer);
      continue;
    }
    hasFailed ||= !tells(answer);
    if (!tells(answer)) continue;
    waiting = waiting.filter((each) => each !== one);
    if (!shows(one, answer, text)) said.push({ words: one.words, url: answer.redirected ? answer.url : "", text });
  }
  return undefined;
}

// As all that the page says of when: by the forum's clock, wherever this computer believes to be.
function clockOf(at) {
  const timeZone = panel().dataset.zone;
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
}

function buttonOf(words, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-small";
  button.textContent = words;
  button.addEventListener("click", press);
  return button;
}

function refusedLineOf(one) {
  const { dataset } = panel();
  const item = document.createElement("li");
  const words = dataset.refused.replace("{act}", one.words).replace("{time}", clockOf(one.at));
  const letGo = () => {
    refused = refused.filter((each) => each !== one);
    show();
  };
  const again = () => {
    letGo();
    keep(one.address, one.body, one.words, one.at);
    beat();
  };
  item.append(`${words} ${dataset[one.why]} `, buttonOf(dataset.again, again), " ", buttonOf(dataset.letGo, letGo));
  return item;
}

function lineOf({ words, url, text }) {
  const page = parsed(text);
  const result = page.querySelector("[data-counter-said] .counter-word, .messages p, .error-summary, .alert-title");
  const item = document.createElement("li");
  item.textContent = `${words}: ${result?.textContent.trim().replace(/\s+/g, " ") ?? "…"} `;
  item.append(buttonOf(panel().dataset.open, () => {
    said = said.filter((one) => one.text !== text);
    opens(url, text);
  }));
  return item;
}

function show() {
  const there = panel();
  if (!there) return;
  const { dataset } = there;
  const isLeft = waiting.length && (isSignedOut ? dataset.signedOut : hasFailed && dataset.failed);
  const isDone = refused.length ? dataset.notDone : dataset.back;
  const words = isAway() ? dataset.away.replace("{time}", clockOf(since)) : isLeft || isDone;
  there.hidden = !isAway() && !waiting.length && !refused.length && !said.length;
  there.classList.toggle("is-bad", isAway() || refused.length > 0);
  const state = there.querySelector("[data-state]");
  if (!there.hidden && state.textContent !== words) state.textContent = words;
  const lines = waiting.map((one) => {
    const item = document.createElement("li");
    item.textContent = dataset.waits.replace("{act}", one.words);
    return item;
  });
  there.querySelector("ul").replaceChildren(...lines, ...refused.map(refusedLineOf), ...said.map(lineOf));
  there.querySelector("[data-dismiss]").hidden = !said.length;
  tellStation();
}

// The station's page goes on without the network once it was open on this computer.
async function tellStation() {
  const link = main.querySelector("[data-counter-network] a");
  if (!link) return;
  const { href, pathname } = link;
  const isKept = await self.caches?.match(href, { cacheName: `checkin ${pathname}` }).catch(() => undefined);
  const hint = main.querySelector("[data-counter-unready]");
  if (hint) hint.hidden = Boolean(isKept);
  link.parentElement.hidden = !isAway();
}

export function watch(shown, open) {
  shows = shown;
  opens = open;
  addEventListener("offline", away);
  addEventListener("online", beat);
  addEventListener("beforeunload", (event) => waiting.length + refused.length && event.preventDefault());
  document.addEventListener("counter", show);
  document.addEventListener("visibilitychange", () => document.hidden || beat());
  main.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-counter-network] [data-dismiss]")) return;
    said = [];
    show();
  });
  show();
  timer = setTimeout(beat, EVERY_MS);
}

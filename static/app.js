// The little that pages do by themselves. Everything works without it, except that progress is not kept fresh.
"use strict";

const POLL_MS = 2000;
const QUICK_MS = 750; // where the server says by one word that nothing has changed, which costs it next to nothing
const PATIENCE_MS = 10000;
const SHARE = 4; // of the time a page has the server at work no more than one part of so many

// A button with data-toggle shows and hides what it controls; the list is open where scripts do not run.
function setUpToggles() {
  for (const button of document.querySelectorAll("[data-toggle]")) {
    const target = document.getElementById(button.getAttribute("aria-controls"));
    button.hidden = false;
    target.classList.add("is-closable");
    button.addEventListener("click", () => {
      const open = target.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
    });
  }
}

// An element with data-poll="ADDRESS" is replaced by what that address answers, until the answer polls no more. Whoever
// hears "polled" may bring over what was being done in the old one, or have it asked again later.
const followed = new WeakSet();

function follow() {
  for (const element of document.querySelectorAll("[data-poll]")) {
    if (followed.has(element)) continue;
    followed.add(element);
    setTimeout(() => poll(element, null), QUICK_MS);
  }
}

async function poll(element, etag) {
  if (!element.isConnected) return;
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => poll(element, etag), { once: true });
    return;
  }
  let next = element;
  let tag = etag;
  const asked = performance.now();
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(element.dataset.poll, { headers, credentials: "same-origin", cache: "no-store", signal });
    if (response.status === 200) {
      const answer = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
      const news = { bubbles: true, cancelable: true, detail: answer };
      if (element.dispatchEvent(new CustomEvent("polled", news))) {
        tag = response.headers.get("ETag");
        if (answer) {
          followed.add(answer);
          replace(element, answer);
          next = answer;
        }
      }
    } else if (response.status < 500 && ![304, 429].includes(response.status)) {
      markStale(element, true); // signed out, or gone: it is not asked for again
      return;
    }
    markStale(next, response.status >= 429);
  } catch {
    markStale(next, true); // The network was away; ask again.
  }
  const took = performance.now() - asked;
  if (next.dataset.poll) setTimeout(() => poll(next, tag), Math.max(tag ? QUICK_MS : POLL_MS, (SHARE - 1) * took));
}

// Says that an element could not be refreshed, unless it has words of its own for that.
function markStale(element, isStale) {
  element.classList.toggle("is-stale", isStale);
  element.querySelector(":scope > .stale-note")?.remove();
  if (!isStale || element.querySelector(".live-stale, .wall-stale")) return;
  const note = document.createElement("p");
  note.className = "alert alert-warn stale-note";
  note.setAttribute("role", "status");
  note.textContent = document.body.dataset.stale;
  element.prepend(note);
}

// A preview that could not be loaded is of what was typed before.
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => markStale(event.detail.target, true));
}
document.addEventListener("htmx:afterSwap", (event) => markStale(event.detail.target, false));

// What was unfolded stays so, and the keyboard where it was, as far as they have ids.
function replace(element, answer) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  for (const one of element.querySelectorAll("details[id][open]")) {
    answer.querySelector(`#${CSS.escape(one.id)}`)?.setAttribute("open", "");
  }
  element.replaceWith(answer);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// Times of the forum, once more in the reader's own zone where that differs.
function showOwnTimes() {
  const note = document.querySelector("[data-own-zone]");
  if (!note) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const language = document.documentElement.lang;
  const first = document.querySelector("time[data-own]");
  if (!zone || !first) return;
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
  const calendar = new Intl.DateTimeFormat("en-CA"); // 2023-05-22
  const shown = (element) => clock.format(new Date(element.dateTime));
  if (shown(first) === first.textContent.trim()) return;
  for (const element of document.querySelectorAll("time[data-own]")) {
    const own = document.createElement("span");
    const at = new Date(element.dateTime);
    own.className = "own-time";
    const span = element.closest(".session-span");
    const end = span?.querySelector("time:not([data-own])");
    const range = document.createElement("span");
    range.className = "unbroken";
    range.textContent = `${clock.format(at)}${end ? `–${shown(end)}` : ""}`;
    const isSameDay = calendar.format(at) === element.dateTime.slice(0, 10);
    own.append(isSameDay ? "" : `${day.format(at)} `, range);
    let last = span || element;
    while (last.nextElementSibling?.matches(".next-day")) last = last.nextElementSibling; // which is of the forum's time
    last.after(own);
  }
  const long = new Intl.DateTimeFormat(language, { timeZoneName: "long" }).formatToParts(new Date(first.dateTime));
  const name = long.find((part) => part.type === "timeZoneName")?.value || zone;
  note.textContent = note.dataset.ownZone.replace("{zone}", name);
  note.hidden = false;
}

// The ways between pages may reach beyond a small window: the one that is open is in sight.
function showPlace() {
  document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// A button with data-copy=ID copies what that field holds, and says so in its own words.
function setUpCopying() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = field.dataset.copied;
      setTimeout(() => { button.textContent = words; }, POLL_MS);
    });
  }
}

// Another language of the page is another page: what is typed goes along, for this one step and within this tab alone.
const CARRIED = "carried-forms";

function typed(form) {
  const kept = [...form.elements].filter((one) => one.name && !/password|file|submit/.test(one.type) && one.name !== "csrf_token");
  return kept.map((one) => ({ one, name: one.name, value: one.value, picked: /checkbox|radio/.test(one.type) ? one.checked : null }));
}

function told(form) {
  return typed(form).map(({ name, value, picked }) => ({ name, value, picked }));
}

function fill(form, fields) {
  const left = [...fields];
  for (const { one, name, value, picked } of typed(form)) {
    const at = left.findIndex((field) => field.name === name && (picked === null ? field.picked === null : field.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (picked === null) one.value = field.value;
    else one.checked = field.picked;
  }
}

function carryForms() {
  const forms = [...document.querySelectorAll("form[method=post]")];
  const target = (form) => form.getAttribute("action") || location.pathname;
  const opened = new Map(forms.map((form) => [form, JSON.stringify(told(form))]));
  for (const { action, fields } of JSON.parse(sessionStorage.getItem(CARRIED) || "[]")) {
    const form = forms.find((one) => target(one) === action);
    if (form) fill(form, fields);
  }
  sessionStorage.removeItem(CARRIED);
  const isBegun = (form) => form.querySelector(".has-error") || JSON.stringify(told(form)) !== opened.get(form);
  for (const link of document.querySelectorAll(".language-switch a")) {
    link.addEventListener("click", () => {
      const begun = forms.filter(isBegun).map((form) => ({ action: target(form), fields: told(form) }));
      if (begun.length) sessionStorage.setItem(CARRIED, JSON.stringify(begun));
    });
  }
}

// What an itinerary kept on this device is over by now (itinerary_worker.js) goes with any page of the site.
async function clearKept() {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) {
    const [kind, until] = name.split(" ");
    if (kind === "itinerary" && Number(until) < Date.now()) await caches.delete(name);
  }
}

function start() {
  showPlace();
  setUpToggles();
  setUpCopying();
  showOwnTimes();
  carryForms();
  clearKept().catch(() => undefined); // a browser may keep its storage to itself
  follow();
  document.addEventListener("found", follow); // a list that was found anew
  const field = document.querySelector("[data-focus-first] :is(input:not([type=hidden]), select, textarea)");
  (document.querySelector("[data-focus]") ?? field)?.focus();
}

start();

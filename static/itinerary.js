// A registrant's own itinerary: kept for when there is no network, with what is next on top as time goes by.
"use strict";

const page = document.querySelector("[data-worker]");
const keptAt = document.documentElement.dataset.kept;

async function setUpKeeping() {
  if (keptAt) tellKept();
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(page.dataset.worker, { scope: location.pathname });
  } catch {
    return; // kept by nobody then, as in a private window
  }
  const told = document.getElementById("keeping");
  told.hidden = false;
  told.querySelector("button").addEventListener("click", forget);
}

function tellKept() {
  const told = document.getElementById("kept");
  const shown = { dateStyle: "long", timeStyle: "short" };
  const at = new Intl.DateTimeFormat(document.documentElement.lang, shown).format(new Date(keptAt));
  const words = told.querySelector("p");
  words.textContent = words.dataset.words.replace("{time}", at);
  told.hidden = false;
  addEventListener("online", () => location.reload());
}

async function forget() {
  const registration = await navigator.serviceWorker.getRegistration(location.href);
  await registration?.unregister();
  for (const name of await caches.keys()) {
    if (name.startsWith("itinerary ") && name.endsWith(` ${location.pathname}`)) await caches.delete(name);
  }
  const told = document.getElementById("keeping");
  told.querySelector("button").remove();
  told.querySelector("p").textContent = told.dataset.gone;
}

function showRunning(running) {
  const list = document.getElementById("running-entries");
  list.closest("section").hidden = !running.length;
  const key = running.map((entry) => entry.dataset.is).join(" ");
  if (list.dataset.is === key) return;
  list.dataset.is = key;
  list.replaceChildren(...running.map((entry) => {
    const card = document.createElement("div");
    card.className = "card card-told";
    card.append(...entry.cloneNode(true).childNodes);
    card.querySelector(".is-on").remove(); // its heading says so
    return card;
  }));
}

// The copy may be hours old: what is next and what is on follows the device's clock.
function showNext() {
  const now = Date.now();
  const entries = [...document.querySelectorAll("[data-begins]")];
  const begins = (entry) => Date.parse(entry.dataset.begins);
  const ends = (entry) => Date.parse(entry.dataset.ends);
  const inOrder = (one, other) => begins(one) - begins(other) || ends(one) - ends(other);
  const isFrame = (entry) => Number("frame" in entry.dataset);
  const on = entries.filter((entry) => begins(entry) <= now && now < ends(entry));
  const placed = on.filter((entry) => !("lasting" in entry.dataset));
  showRunning((placed.length ? placed : on).sort((one, other) => isFrame(one) - isFrame(other) || inOrder(one, other)));
  const next = entries.filter((entry) => begins(entry) > now).sort(inOrder)[0];
  const top = document.getElementById("next-entry");
  top.closest("section").hidden = !next;
  if (next && top.dataset.is !== next.dataset.is) {
    top.replaceChildren(...next.cloneNode(true).childNodes);
    top.dataset.is = next.dataset.is;
    document.getElementById("next-day").textContent = next.dataset.day;
  }
  for (const entry of entries) {
    entry.querySelector(".is-on").hidden = !on.includes(entry);
  }
}

if (page) {
  setUpKeeping();
  showNext();
  document.addEventListener("visibilitychange", showNext);
  setInterval(showNext, 60_000);
  addEventListener("beforeprint", () => {
    for (const day of document.querySelectorAll("details.own-end")) day.open = true;
  });
}

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

// The copy may be hours old: what is next and what is on follows the device's clock.
function showNext() {
  const now = Date.now();
  const entries = [...document.querySelectorAll("[data-begins]")];
  const begins = (entry) => Date.parse(entry.dataset.begins);
  const next = entries.find((entry) => !("frame" in entry.dataset) && begins(entry) > now);
  const top = document.getElementById("next-entry");
  top.closest("section").hidden = !next;
  if (next && top.dataset.is !== next.dataset.is) {
    top.replaceChildren(...next.cloneNode(true).childNodes);
    top.dataset.is = next.dataset.is;
    document.getElementById("next-day").textContent = next.dataset.day;
  }
  for (const entry of entries) {
    entry.querySelector(".is-on").hidden = begins(entry) > now || Date.parse(entry.dataset.ends) <= now;
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

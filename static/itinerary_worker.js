// Keeps one page for when there is no network, a registrant's itinerary or a captain's roll-call: the page, its style and
// script, in a cache of its own.
// It is renewed whenever the network answers, and gone when the link is, or when its time is over.
"use strict";

const PATH = new URL(self.registration.scope).pathname;
const PATIENCE_MS = 5000; // for a network that is there and does not answer
const PARTS = /<(?:link rel="(?:stylesheet|icon)" href|script src)="([^"]+)"/g;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOpenPage());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode !== "navigate") event.respondWith(part(request));
  else if (pathname === PATH) event.respondWith(page(event));
});

// The page as the network has it; where that is away, slow or in trouble, as it was kept.
async function page(event) {
  let noted;
  const asked = fetch(event.request).then((answer) => {
    noted = note(answer.clone());
    return answer;
  });
  event.waitUntil(asked.then(() => noted).catch(() => undefined));
  const kept = await keptPage().catch(() => undefined);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  return answer && answer.status < 500 && answer.status !== 429 ? answer : kept;
}

// What an answer says of the copy: renewed by the page, and gone where the link has ended or leads elsewhere.
async function note(answer) {
  if (isPage(answer)) await keep(answer);
  else if (answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 410) await forget();
}

function isPage(answer) {
  return answer.status === 200 && !answer.redirected && answer.headers.has("Keep-Seconds");
}

async function part(request) {
  for (const name of await ownCaches().catch(() => [])) {
    const found = await caches.match(request, { cacheName: name }).catch(() => undefined);
    if (found) return found;
  }
  return fetch(request);
}

// The first page was there before its worker: it is asked for again as it is open, so in its language.
async function keepOpenPage() {
  const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const open = windows.find((one) => new URL(one.url).pathname === PATH);
  const answer = await fetch(open ? open.url : PATH);
  if (isPage(answer)) await keep(answer);
}

// Until when is in the cache's name, so that any page of the site can clear what is over (app.js).
async function keep(answer) {
  const html = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set("Kept-At", new Date().toISOString());
  const until = Date.now() + Number(headers.get("Keep-Seconds")) * 1000;
  const before = await ownCaches();
  const name = `itinerary ${until} ${PATH}`;
  const cache = await caches.open(name);
  try {
    await cache.addAll(new Set([...html.matchAll(PARTS)].map((found) => found[1].replaceAll("&amp;", "&"))));
    await cache.put(PATH, new Response(html, { headers }));
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  await clear(before.filter((one) => one !== name));
}

// The copy, which says when it was made.
async function keptPage() {
  for (const name of await ownCaches()) {
    const copy = await caches.match(PATH, { cacheName: name });
    if (!copy) continue; // being made
    if (Number(name.split(" ")[1]) < Date.now()) {
      await forget();
      return undefined;
    }
    const at = copy.headers.get("Kept-At");
    const html = (await copy.text()).replace("<html ", `<html data-kept="${at}" `);
    return new Response(html, { headers: copy.headers });
  }
  return undefined;
}

async function ownCaches() {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith("itinerary ") && name.endsWith(` ${PATH}`));
}

async function clear(names) {
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function forget() {
  await clear(await ownCaches());
  await self.registration.unregister();
}

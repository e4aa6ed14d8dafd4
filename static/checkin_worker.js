// Keeps a station's page for when there is no network: the page, its styles and scripts. It holds nobody's name: whom the
// page knows it keeps itself, encrypted (checkin_store.js).
"use strict";

const PATH = new URL(self.registration.scope).pathname;
const KEPT = `checkin ${PATH}`;
const PATIENCE_MS = 2000; // for a network that is there and does not answer
const SLOW_MS = 10000; // for so long its parts are not asked for either
const PARTS = /(?:href|src|data-reader|data-wasm)="(\/static\/[^"]+)"/g;
const GONE = new Set([401, 403, 404, 410]);
let slowUntil = 0;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOpenPages());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PATH) event.respondWith(page(event));
  else if (pathname.startsWith("/static/")) event.respondWith(part(request));
});

// The page as the network has it; where that is away, slow or in trouble, as it was kept.
async function page(event) {
  const key = keyOf(event.request.url);
  let noted;
  const asked = fetch(event.request).then((answer) => {
    noted = note(key, answer.clone());
    return answer;
  });
  event.waitUntil(asked.then(() => noted).catch(() => undefined));
  const kept = await caches.match(key, { cacheName: KEPT }).catch(() => undefined);
  if (!kept) return asked;
  const answer = await Promise.race([asked.catch(() => undefined), late()]);
  if (answer && answer.status < 500 && answer.status !== 429) return answer;
  slowUntil = Date.now() + SLOW_MS;
  return kept;
}

// A part whose address tells its version is the same for ever; others are asked for, in case they are newer.
async function part(request) {
  const kept = await caches.match(request, { cacheName: KEPT }).catch(() => undefined);
  if (!kept) return fetch(request);
  if (new URL(request.url).searchParams.has("v") || Date.now() < slowUntil) return kept;
  const answer = await Promise.race([fetch(request).catch(() => undefined), late()]);
  return answer?.ok ? answer : kept;
}

function late() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}

// One page for each checkpoint, in the language that was shown last.
function keyOf(address) {
  const at = new URL(address).searchParams.get("at");
  return at ? `${PATH}?at=${encodeURIComponent(at)}` : PATH;
}

// A page where nobody is signed in takes the kept one along.
async function note(key, answer) {
  if (isStation(answer)) await keep(key, answer);
  else if (answer.type === "opaqueredirect" || answer.ok || GONE.has(answer.status)) {
    const cache = await caches.open(KEPT);
    await cache.delete(key);
  }
}

function isStation(answer) {
  return answer.status === 200 && !answer.redirected && answer.headers.has("Station");
}

// The first page was there before its worker: it is asked for again as it is open, so in its language.
async function keepOpenPages() {
  const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  for (const { url } of windows.filter((one) => new URL(one.url).pathname === PATH)) {
    const answer = await fetch(url);
    if (isStation(answer)) await keep(keyOf(url), answer);
  }
}

async function keep(key, answer) {
  const html = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const cache = await caches.open(KEPT);
  const parts = new Set([...html.matchAll(PARTS)].map((found) => new URL(found[1].replaceAll("&amp;", "&"), self.location).href));
  await Promise.all([...parts].map(async (one) => {
    if (!one.includes("?v=") || !(await cache.match(one))) await cache.add(one);
  }));
  await cache.put(key, new Response(html, { headers }));
  const over = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== PATH && !parts.has(url));
  await Promise.all(over.map((one) => cache.delete(one)));
}

// The public agenda: picks that a browser keeps by itself, and what runs now. All of it also goes by plain pages.
"use strict";

const PICKS = "picks"; // the cookie's name, which picks.py has, too
const SEPARATOR = ".";
const MOST = 100;
const LONGEST = 3000;
const A_YEAR = 365 * 24 * 3600;
const EVERY_MS = 30000;
const SOON_MS = 24 * 3600 * 1000;

function edition() {
  return location.pathname.split("/")[1];
}

function readPicks() {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${PICKS}=`));
  return found ? found.slice(PICKS.length + 1).split(SEPARATOR).filter(Boolean) : [];
}

function writePicks(codes) {
  let kept = codes.slice(-MOST);
  while (kept.join(SEPARATOR).length > LONGEST) kept = kept.slice(1);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${PICKS}=${kept.join(SEPARATOR)}; Path=/${edition()}; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
}

function showPicks() {
  const codes = new Set(readPicks());
  for (const star of document.querySelectorAll("[data-pick]")) {
    star.setAttribute("aria-pressed", String(codes.has(star.dataset.pick)));
  }
  for (const count of document.querySelectorAll("[data-pick-count]")) {
    count.textContent = codes.size;
    count.hidden = codes.size === 0;
  }
}

function setUpPicks() {
  for (const star of document.querySelectorAll("[data-pick]")) {
    const code = star.dataset.pick;
    const toggle = (event) => {
      event.preventDefault();
      const codes = readPicks();
      writePicks(codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]);
      showPicks();
    };
    star.setAttribute("role", "button");
    star.addEventListener("click", toggle);
    star.addEventListener("keydown", (event) => {
      if (event.key === " ") toggle(event);
    });
  }
  showPicks();
  window.addEventListener("pageshow", showPicks);
}

// What runs and what comes next, out of the sessions that stand in the page.
function sessionsInPage() {
  return [...document.querySelectorAll("article.session:not(.session-off)")].map((article) => {
    const [start, end] = article.querySelectorAll(".session-span time");
    return { article, start: new Date(start.dateTime), end: new Date(end.dateTime), shown: `${start.textContent}–${end.textContent}` };
  });
}

function line({ article, shown }) {
  const entry = document.createElement("li");
  const times = document.createElement("span");
  times.className = "times";
  times.textContent = shown;
  const link = article.querySelector("h3 a").cloneNode(true);
  link.querySelector(".title-other")?.remove();
  link.className = "";
  entry.append(times, " ", link);
  const room = article.querySelector(".mark-room");
  if (room) {
    const place = document.createElement("span");
    place.className = "muted";
    place.textContent = room.textContent;
    entry.append(" ", place);
  }
  return entry;
}

function fillNow(part, sessions) {
  part.hidden = sessions.length === 0;
  part.querySelector("ul").replaceChildren(...sessions.map(line));
}

function showNow(box, sessions) {
  const now = new Date();
  const running = sessions.filter((one) => one.start <= now && now < one.end);
  const later = sessions.filter((one) => one.start > now && one.start - now < SOON_MS);
  const soonest = Math.min(...later.map((one) => one.start.getTime()));
  fillNow(box.querySelector("[data-running]"), running);
  fillNow(box.querySelector("[data-next]"), later.filter((one) => one.start.getTime() === soonest));
  box.hidden = running.length === 0 && later.length === 0;
}

function setUpNow() {
  const box = document.querySelector("[data-now]");
  if (!box) return;
  const sessions = sessionsInPage();
  showNow(box, sessions);
  setInterval(() => showNow(box, sessions), EVERY_MS);
}

// While the forum is on, "Jump to now" is shown and leads to what runs or comes next. The stored page does not know
// the time.
function setUpJump() {
  const link = document.querySelector("[data-jump-now]");
  const sessions = sessionsInPage();
  if (!link || !sessions.length) return;
  const current = () => sessions.filter((one) => one.end > new Date()).sort((one, other) => one.start - other.start)[0];
  const begins = Math.min(...sessions.map((one) => one.start.getTime()));
  const isOn = () => begins <= Date.now() && Boolean(current());
  const showLink = () => { link.parentElement.hidden = !isOn(); };
  showLink();
  setInterval(showLink, EVERY_MS);
  link.addEventListener("click", (event) => {
    const found = current();
    if (!found) return;
    event.preventDefault();
    found.article.scrollIntoView({ block: "center" });
    found.article.querySelector("h3 a")?.focus({ preventScroll: true });
  });
  const isPlain = !location.hash && !/[?&](day|q|room|track|kind|language)=[^&]/.test(location.search);
  const isOpened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const day = isPlain && isOpened && (dayOf(link.dataset.zone, sessions) || (isOn() && current().article.closest("section.day")));
  if (day && day.matches("section.day ~ section.day")) day.scrollIntoView();
}

// The section of today by the clocks of the forum, or of the session that still runs after midnight.
function dayOf(zone, sessions) {
  const now = new Date();
  const [running] = sessions.filter((one) => one.start <= now && now < one.end).sort((one, other) => other.start - one.start);
  if (running) return running.article.closest("section.day");
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(now);
  return document.getElementById(`d-${today}`)?.closest("section.day");
}

// On which sides of a wide grid there is more than its window shows.
function setUpGrids() {
  for (const box of document.querySelectorAll("[data-beyond]")) {
    const frame = box.firstElementChild;
    const hint = document.getElementById(frame.getAttribute("aria-describedby"));
    const show = () => {
      const hidden = frame.scrollWidth - frame.clientWidth;
      const sides = { left: frame.scrollLeft > 1, right: frame.scrollLeft < hidden - 1 };
      box.dataset.beyond = Object.keys(sides).filter((side) => sides[side]).join(" ");
      hint.hidden = hidden <= 1;
      frame.tabIndex = hidden > 1 || frame.scrollHeight > frame.clientHeight + 1 ? 0 : -1; // for keys, if it scrolls
    };
    frame.addEventListener("scroll", show, { passive: true });
    new ResizeObserver(show).observe(frame);
  }
}

setUpPicks();
setUpNow();
setUpJump();
setUpGrids();

// One day as a grid: rooms as columns, time downwards. Draws what stands and what is being moved; decides nothing.
"use strict";

import { axisOf, clock, lanesOf, minuteOf, reachOf } from "./timetable_layout.js";

const ALL = "all";
// Pixels under which a box has room for one line in small letters, for one, and for two or three, of which the first
// begins with the time.
const SIZES = [["is-short is-thin", 18], ["is-short", 36], ["is-dense", 64]];
const PADDING = 10; // pixels above and below the lines of a dense box, with those between two boxes
const DENSE_LINE = 16.9; // pixels of a line there
const LINE = 17.6; // pixels of a line in a box
const TOP = 28; // pixels of its first line, with the padding
const TIGHT = 120; // pixels of a column under which a short box shows its title and not its time
const COLUMN = 9.5; // rem, at the usual zoom
const USUAL = 1.5; // pixels a minute

const make = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

// How many things are wrong with it, and whether one of them blocks.
export function found(state) {
  const mark = make("span", state.clash ? "tt-found is-bad" : "tt-found", state.clash ? "✕" : "!");
  mark.append(make("span", "tt-number", ` ${state.findings}`));
  return mark;
}

export class Grid {
  constructor(frame, board) {
    this.frame = frame;
    this.board = board;
    this.grid = frame.appendChild(make("div", "tt-grid"));
    this.boxes = new Map();
    this.columns = new Map();
    this.key = "";
  }

  // `board`: day, rooms, sessions with the placement that is shown, words, pixels a minute.
  draw() {
    const { board } = this;
    const shown = board.ofDay(board.day);
    const spans = shown.map(({ session, place }) => this.span(session, place));
    this.axis = axisOf(spans);
    this.drawFrame(shown.some(({ place }) => !place.room && !place.allRooms));
    const width = [...this.columns.values()][0]?.offsetWidth || TIGHT;
    this.grid.classList.toggle("is-tight", width < TIGHT);
    for (const column of this.columns.keys()) {
      const here = spans.filter((span) => span.column === column);
      const lanes = lanesOf(here);
      const wide = column === ALL ? [] : spans.filter((span) => span.column === ALL);
      for (const span of here) {
        const under = wide.some((other) => other.from < span.to && span.from < other.to);
        this.drawBox(span, lanes.get(span.id), under);
      }
    }
    const standing = new Set(spans.map((span) => span.id));
    for (const [id, box] of this.boxes) if (!standing.has(id)) { box.remove(); this.boxes.delete(id); }
    this.inOrder(spans);
  }

  span(session, place) {
    const from = minuteOf(place.start, this.board.day);
    const column = place.allRooms ? ALL : place.room || 0;
    return { id: session.id, session, place, from, to: from + reachOf(place, this.board.words.repeated), column };
  }

  // Heads, hours and empty columns; made anew only when rooms, hours or zoom are others.
  drawFrame(withNone) {
    const { board, axis } = this;
    const rooms = [...board.rooms, ...(withNone ? [{ id: 0, name: board.words.noRoom }] : [])];
    const key = JSON.stringify([rooms, axis, board.scale, board.fits, board.step, board.zoneShort]);
    if (key === this.key) return;
    this.key = key;
    const kept = document.activeElement;
    this.grid.replaceChildren();
    this.grid.style.setProperty("--rooms", rooms.length);
    this.grid.classList.toggle("is-fit", board.fits);
    this.grid.style.setProperty("--column", board.fits ? "0rem" : `${COLUMN * Math.min(1, board.scale / USUAL)}rem`);
    this.grid.style.setProperty("--hour", `${60 * board.scale}px`);
    this.grid.style.setProperty("--tall", `${(axis.to - axis.from) * board.scale}px`);
    const corner = this.grid.appendChild(make("div", "tt-corner"));
    corner.append(make("span", "visually-hidden", board.words.zone), make("span", "", board.zoneShort));
    rooms.forEach((room, place) => this.grid.append(this.head(room, place)));
    this.grid.append(this.hours());
    this.columns = new Map();
    rooms.forEach((room, place) => this.column(room.id, room.name, "tt-column", place + 2));
    this.column(ALL, board.words.allRooms, "tt-column tt-all", 0);
    for (const box of this.boxes.values()) this.columns.get(this.columnOf(box))?.append(box);
    if (kept && kept !== document.activeElement && this.grid.contains(kept)) kept.focus({ preventScroll: true });
  }

  head(room, place) {
    const head = make("div", "tt-head");
    head.style.gridColumn = place + 2;
    head.title = room.name;
    head.append(make("span", "tt-head-name", room.name));
    const venues = new Set(this.board.rooms.map((one) => one.venue));
    const seats = room.capacity ? this.board.words.seats.replace("{number}", room.capacity) : "";
    const more = [seats, venues.size > 1 ? room.venue : ""].filter(Boolean);
    if (more.length) head.append(make("span", "tt-head-more", more.join(" · ")));
    return head;
  }

  hours() {
    const hours = make("div", "tt-hours");
    for (let minute = this.axis.from; minute < this.axis.to; minute += 60) {
      const hour = hours.appendChild(make("span", "tt-hour", clock(minute)));
      hour.style.top = `${this.top(minute)}px`;
    }
    hours.setAttribute("aria-hidden", "true");
    return hours;
  }

  column(id, name, kind, place) {
    const column = this.grid.appendChild(make("div", kind));
    column.setAttribute("role", "group");
    column.setAttribute("aria-label", name);
    column.dataset.column = id;
    if (place) column.style.gridColumn = place;
    this.columns.set(id, column);
  }

  columnOf(box) {
    return box.dataset.column === ALL ? ALL : Number(box.dataset.column);
  }

  top(minute) {
    return (minute - this.axis.from) * this.board.scale;
  }

  drawBox(span, { lane, lanes }, under) {
    const box = this.boxes.get(span.id) || this.newBox(span.id);
    const tall = (span.to - span.from) * this.board.scale;
    const { board } = this;
    const state = board.stateOf(span.session);
    const size = SIZES.find(([, pixels]) => tall < pixels)?.[0] || "";
    box.className = ["tt-box", lanes > 1 ? "is-lane" : "", `is-${span.session.status}`, ...state.classes, size, under ? "is-over" : ""].filter(Boolean).join(" ");
    box.style.top = `${this.top(span.from)}px`;
    box.style.height = `${Math.max(tall - 2, 14)}px`;
    box.style.left = `calc(${(100 * lane) / lanes}% + 2px)`;
    box.style.width = `calc(${100 / lanes}% - 4px)`;
    box.style.setProperty("--track", state.color);
    box.style.setProperty("--lines", Math.max(1, Math.floor(size === "is-dense" ? (tall - PADDING) / DENSE_LINE : (tall - TOP) / LINE)));
    box.setAttribute("aria-busy", String(state.busy));
    box.setAttribute("aria-pressed", String(state.chosen));
    box.title = state.label;
    const words = JSON.stringify([span.place, span.session, state]);
    if (box.drawn !== words) {
      box.drawn = words;
      box.replaceChildren(...this.inside(span, state));
    }
    box.dataset.column = span.column;
    const column = this.columns.get(span.column);
    if (box.parentElement !== column) {
      const focused = box === document.activeElement;
      column.append(box);
      if (focused) box.focus({ preventScroll: true });
    }
  }

  newBox(id) {
    const box = make("div", "tt-box");
    box.dataset.id = id;
    box.setAttribute("role", "button");
    box.setAttribute("aria-describedby", "tt-keys");
    box.tabIndex = 0;
    this.boxes.set(id, box);
    return box;
  }

  inside({ session, place }, state) {
    const inner = make("span", "tt-in");
    const top = inner.appendChild(make("span", "tt-box-top"));
    const [from, to] = this.board.ends(place);
    const time = top.appendChild(make("span", "tt-time", from));
    time.append(make("span", "tt-until", `–${to}`));
    if (state.said) top.append(make("span", "tt-said", state.said));
    if (state.findings) top.append(found(state));
    inner.append(make("span", "tt-title", session.title));
    if (session.lang) inner.lastChild.lang = session.lang;
    if (session.other) inner.append(Object.assign(make("span", "tt-other", session.other), { lang: this.board.otherLanguage }));
    if (state.people) inner.append(make("span", "tt-people", state.people));
    if (place.zone) inner.append(make("span", "tt-people", this.board.elsewhere(place)));
    inner.append(make("span", "visually-hidden", state.unseen));
    return this.board.editable ? [inner, make("span", "tt-grip")] : [inner];
  }

  // By keyboard one goes from box to box as time does, room by room.
  inOrder(spans) {
    for (const [id, column] of this.columns) {
      const wanted = spans.filter((span) => span.column === id).sort((a, b) => a.from - b.from || a.id - b.id);
      wanted.forEach((span, place) => {
        const box = this.boxes.get(span.id);
        const there = column.querySelectorAll(":scope > .tt-box")[place];
        if (there === box) return;
        const focused = document.activeElement;
        column.insertBefore(box, there || null);
        if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
      });
    }
  }

  // What lies under a point of the window: a room and a minute, or nothing.
  at(x, y, { allRooms = false } = {}) {
    const frame = this.frame.getBoundingClientRect();
    if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return null;
    for (const [id, column] of this.columns) {
      if ((id === ALL) !== allRooms) continue;
      const box = column.getBoundingClientRect();
      if (x < box.left || x >= box.right) continue;
      return { room: id === ALL ? null : id || null, column: id, minute: this.axis.from + (y - box.top) / this.board.scale };
    }
    return null;
  }

  // Where something would go if it were let go of now.
  preview(landing) {
    this.ghost?.remove();
    this.ghost = null;
    if (!landing) return;
    this.ghost = make("div", "tt-landing", `${clock(landing.from)}–${clock(landing.to)}`);
    this.ghost.style.top = `${this.top(landing.from)}px`;
    this.ghost.style.height = `${(landing.to - landing.from) * this.board.scale}px`;
    this.columns.get(landing.column)?.append(this.ghost);
  }

  show(id, { focus = true } = {}) {
    const box = this.boxes.get(id);
    if (!box) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollIntoView({ block: "center", inline: "center", behavior: calm ? "auto" : "smooth" });
    if (focus) box.focus({ preventScroll: true });
  }

  // Words beside a box, in its column; under it where there is room.
  beside(id, element) {
    const box = this.boxes.get(id);
    if (!box) return false;
    element.style.top = `${box.offsetTop + Math.min(box.offsetHeight, 120) + 4}px`;
    if (element.parentElement !== box.parentElement) box.parentElement.append(element);
    return true;
  }

  startAt(minute) {
    this.frame.scrollTop = Math.max(0, this.top(minute) - 24);
  }
}

export { make };

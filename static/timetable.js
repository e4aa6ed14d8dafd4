// The timetable: what is moved by hand, by keys or by the form goes to the server at once. Until it has answered a box
// says that it is being saved; what it refuses is put back and told beside the box.
"use strict";

import { Drag } from "./timetable_drag.js";
import { Grid } from "./timetable_grid.js";
import { Keys } from "./timetable_keys.js";
import { clock, dayOf, lengthOf, minuteOf, placeOf } from "./timetable_layout.js";
import { List } from "./timetable_list.js";
import { Moves } from "./timetable_moves.js";
import { Side } from "./timetable_side.js";
import { Store } from "./timetable_store.js";

const SHOWN_MS = 4000; // for which a colleague's move is marked
const HOVER_MS = 500;
const WIDE = window.matchMedia("(min-width: 48rem)");

class Desk {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.editable = root.dataset.editable === "1";
    this.otherLanguage = root.dataset.otherLanguage;
    this.store = new Store({ data: root.dataset.url, findings: root.dataset.findings, move: root.dataset.move }, root.dataset.csrf);
    this.theirs = new Map(); // by session: until when a colleague's move is marked
    this.chosen = null;
    this.told = root.querySelector("[data-tt-told]");
    this.find = (name) => root.querySelector(`[data-tt-${name}]`);
    this.zoom(this.remembered("zoom"));
    this.step = Number(this.remembered("step"));
    this.grid = new Grid(this.find("frame"), this);
    this.list = new List(this.find("narrow"), this);
    this.side = new Side(this.find("side"), this);
    this.moves = new Moves(this);
    this.drag = new Drag(root, this);
    this.keys = new Keys(root, this);
    this.listen();
    this.store.follow();
  }

  listen() {
    const { store, root } = this;
    store.addEventListener("news", (event) => this.hear(event.detail));
    store.addEventListener("findings", () => this.draw());
    store.addEventListener("reached", (event) => this.reached(event.detail.status));
    root.addEventListener("click", (event) => {
      const box = event.target.closest("[data-id]");
      const day = event.target.closest("[data-day]");
      if (day) this.showDay(day.dataset.day);
      if (box && !event.target.closest("button:not([data-id])")) this.choose(Number(box.dataset.id));
    });
    root.addEventListener("focusout", (event) => {
      const box = !this.quiet && event.target.closest?.("[data-id]");
      if (box) this.moves.commit(Number(box.dataset.id));
    });
    for (const [name, use] of [["zoom", (value) => this.zoom(value)], ["step", (value) => { this.step = Number(value); }]]) {
      this.find(name).addEventListener("change", (event) => {
        use(event.target.value);
        localStorage.setItem(`timetable:${name}`, event.target.value);
        this.draw();
      });
    }
    this.find("undo")?.addEventListener("click", () => this.moves.goBack(false));
    this.find("redo")?.addEventListener("click", () => this.moves.goBack(true));
    this.find("back").addEventListener("click", () => this.focusBox(this.chosen));
    this.find("aside").addEventListener("click", () => this.fold());
    WIDE.addEventListener("change", () => this.draw());
    window.addEventListener("beforeunload", (event) => {
      this.moves.commitAll();
      if (this.moves.pending.size) event.preventDefault();
    });
  }

  // How one looks at it stays as one has chosen.
  remembered(name) {
    const select = this.find(name);
    const kept = localStorage.getItem(`timetable:${name}`);
    if ([...select.options].some((one) => one.value === kept)) select.value = kept;
    return select.value;
  }

  // Pixels a minute; columns narrow with it, and "fit" shows all rooms at once.
  zoom(value) {
    this.fits = value === "fit";
    this.scale = this.fits ? 1 : Number(value);
  }

  fold() {
    const folded = this.root.classList.toggle("is-folded");
    this.find("aside").setAttribute("aria-expanded", String(!folded));
  }

  // What others ask.
  get rooms() { return this.store.rooms; }

  get days() { return this.store.days; }

  get findings() { return this.store.findings; }

  get rest() { return this.store.rest; }

  get checks() { return this.store.checks; }

  get zone() { return this.store.zone; }

  get zoneShort() { return this.days.find((one) => one.date === this.day)?.zone || this.words.zoneShort; }

  get all() {
    return [...this.store.sessions.values()].map((session) => ({ session, place: this.placeOf(session.id) }));
  }

  session(id) { return this.store.sessions.get(id); }

  placeOf(id) { return this.moves.pending.get(id)?.place || placeOf(this.session(id)); }

  titleOf(id) { return this.session(id).title; }

  addressOf(id) { return this.root.dataset.session.replace("/0", `/${id}`); }

  ofDay(day) { return this.all.filter(({ place }) => place.start && dayOf(place.start) === day); }

  trackOf(session) { return this.store.tracks.find((track) => track.id === session.track); }

  peopleOf(session) { return (session.people || []).map((id) => this.store.people[id]).filter(Boolean); }

  foundOf(id) { return this.findings.filter((one) => one.sessions.includes(id)); }

  roomName(place) {
    const none = place.allRooms ? this.words.allRooms : this.words.noRoom;
    return this.rooms.find((room) => room.id === place.room)?.name || none;
  }

  wordsOf(session) {
    return [session.title, session.other, ...this.peopleOf(session)].join(" ").toLowerCase();
  }

  whenOf(place) {
    if (!place.start) return this.words.unscheduled.replace("{number}", lengthOf(place));
    const day = this.days.find((one) => one.date === dayOf(place.start))?.label || dayOf(place.start);
    return [day, this.hours(place), this.roomName(place), this.elsewhere(place)].filter(Boolean).join(" · ");
  }

  elsewhere(place) {
    return place.zone ? this.words.there.replace("{zone}", this.store.zones[place.zone] || place.zone) : "";
  }

  hours(place) { return this.ends(place).join("–"); }

  // Both times; of one that the clocks show twice, which one it is.
  ends(place) {
    const from = minuteOf(place.start, dayOf(place.start));
    const which = (fold) => (this.words.folds[fold] ? ` ${this.words.folds[fold]}` : "");
    return [clock(from) + which(place.startFold), clock(from + lengthOf(place)) + which(place.endFold)];
  }

  mayChange(id) { return this.editable && Boolean(this.session(id)); }

  mayDrag(id) { return this.mayChange(id) && !this.moves.isSaving(id); }

  // How a session looks now.
  stateOf(session) {
    const held = this.moves.pending.get(session.id);
    const found = this.foundOf(session.id);
    const clash = found.some((one) => one.blocking) || this.rest.clashing.includes(session.id);
    const theirs = this.theirs.has(session.id);
    const place = this.placeOf(session.id);
    const busy = Boolean(held?.busy);
    const said = busy ? this.words.saving : (theirs ? this.words.theirs : (session.status === "confirmed" ? "" : this.words.statuses[session.status]));
    const classes = [
      held && !busy ? "is-held" : "", busy ? "is-saving" : "", theirs ? "is-theirs" : "", clash ? "is-clash" : "",
      session.id === this.chosen ? "is-chosen" : "",
    ].filter(Boolean);
    const unseen = [this.roomName(place), ...found.map((one) => one.words)].join(this.words.comma);
    const parts = [session.title, place.start ? this.hours(place) : "", said, unseen];
    return {
      classes, busy, said, clash, findings: found.length, chosen: session.id === this.chosen,
      color: this.trackOf(session)?.color || "var(--accent)", people: this.peopleOf(session).join(this.words.comma),
      unseen, label: parts.filter(Boolean).join(this.words.comma),
    };
  }

  // Drawing
  hear({ theirs }) {
    this.moves.forgetGone();
    for (const id of theirs) {
      this.theirs.set(id, true);
      setTimeout(() => { this.theirs.delete(id); this.draw(); }, SHOWN_MS);
    }
    const first = !this.day;
    if (first || !this.days.some((one) => one.date === this.day)) this.day = this.dayToBegin();
    this.draw();
    if (first) this.begin();
    const asked = first && Number(location.hash.match(/^#session-(\d+)$/)?.[1]);
    if (asked && this.session(asked)) this.jump(asked);
    if (theirs.length) this.say(this.words.moved.replace("{title}", theirs.map((id) => this.titleOf(id)).join(this.words.comma)));
  }

  dayToBegin() {
    const asked = location.hash.slice(1);
    if (this.days.some((one) => one.date === asked)) return asked;
    return this.days[0]?.date || dayOf(new Date().toISOString());
  }

  begin() {
    this.root.classList.add("is-ready");
    const first = Math.min(...this.ofDay(this.day).map(({ place }) => minuteOf(place.start, this.day)));
    if (WIDE.matches && Number.isFinite(first)) this.grid.startAt(first);
    this.side.turn(this.all.some(({ place }) => !place.start) ? "list" : "findings");
  }

  draw() {
    if (this.day) this.quietly(() => this.drawAll());
  }

  drawAll() {
    this.drawDays();
    this.root.classList.toggle("is-narrow", !WIDE.matches);
    if (WIDE.matches) this.grid.draw();
    else this.list.draw();
    this.side.draw();
    this.moves.faults.draw((id, element) => WIDE.matches && this.grid.beside(id, element));
    for (const [name, steps] of [["undo", this.moves.steps.done], ["redo", this.moves.steps.undone]]) {
      const button = this.find(name);
      if (button) button.disabled = !steps.length;
    }
  }

  drawDays() {
    const tabs = this.find("days");
    const key = JSON.stringify([this.days, this.day]);
    if (tabs.dataset.key === key) return;
    tabs.dataset.key = key;
    const focused = tabs.contains(document.activeElement);
    tabs.replaceChildren(...this.days.map((one) => {
      const tab = Object.assign(document.createElement("button"), { type: "button", className: "tt-day", textContent: one.label });
      tab.dataset.day = one.date;
      if (one.date === this.day) tab.setAttribute("aria-current", "date");
      return tab;
    }));
    if (focused) tabs.querySelector("[aria-current]")?.focus();
  }

  showDay(day) {
    if (day === this.day || !this.days.some((one) => one.date === day)) return;
    this.day = day;
    history.replaceState(null, "", `#${day}`);
    this.draw();
  }

  // What is taken from the place where it was drawn loses the focus, and nobody has left it.
  quietly(change) {
    this.quiet = true;
    try {
      change();
    } finally {
      this.quiet = false;
    }
  }

  say(words) { this.told.textContent = words; }

  reached(status) {
    const away = status === 0 || status >= 400;
    const line = this.find("away");
    line.hidden = !away;
    const notLoaded = this.day ? "" : this.words.notLoaded;
    if (away) line.textContent = [notLoaded, this.words.failed[status] || this.words.away].filter(Boolean).join(" ");
    this.root.classList.toggle("is-away", away);
  }

  // Choosing
  choose(id) {
    this.chosen = id;
    this.side.turn("details");
    this.draw();
    if (!WIDE.matches) this.find("title").focus(); // below the list
  }

  open(id) {
    this.moves.commit(id);
    this.choose(id);
    this.side.focusForm();
  }

  jump(id) {
    const place = this.placeOf(id);
    if (place.start) this.showDay(dayOf(place.start));
    this.chosen = id;
    this.draw();
    if (!place.start) this.side.turn("list");
    this.focusBox(id);
  }

  focusBox(id) {
    if (WIDE.matches && this.grid.boxes.has(id)) this.grid.show(id);
    else this.root.querySelector(`[data-id="${id}"]`)?.focus();
  }

  // While something is dragged
  overList(x, y) {
    const box = this.find("side").getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  }

  markList(on) { this.find("side").classList.toggle("is-target", on); }

  hoverDay(tab) {
    const day = tab?.dataset.day || null;
    if (day === this.hovered) return;
    this.hovered = day;
    clearTimeout(this.hovering);
    if (day) this.hovering = setTimeout(() => this.showDay(day), HOVER_MS);
  }
}

const root = document.querySelector(".timetable");
if (root) new Desk(root);

// The timetable: what is moved by hand, by keys or by the form goes to the server at once. Until it has answered a box
// says that it is being saved; what it refuses is put back and told beside the box.
"use strict";

import { Drag } from "./timetable_drag.js";
import { Faults } from "./timetable_faults.js";
import { Grid } from "./timetable_grid.js";
import { Keys } from "./timetable_keys.js";
import { clock, dayOf, lasting, lengthOf, minuteOf, placedAt, placeOf, samePlace, unscheduled } from "./timetable_layout.js";
import { List } from "./timetable_list.js";
import { Side } from "./timetable_side.js";
import { Steps } from "./timetable_steps.js";
import { Store } from "./timetable_store.js";

const PAUSE_MS = 700; // without a key, after which what was moved by keys is saved
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
    this.steps = new Steps(root.dataset.edition);
    this.pending = new Map(); // by session: where it is shown before the server has answered
    this.lifted = new Map(); // by session: the version that was seen when it was taken in hand
    this.theirs = new Map(); // by session: until when a colleague's move is marked
    this.chosen = null;
    this.told = root.querySelector("[data-tt-told]");
    this.find = (name) => root.querySelector(`[data-tt-${name}]`);
    this.scale = this.remembered("zoom");
    this.step = this.remembered("step");
    this.grid = new Grid(this.find("frame"), this);
    this.list = new List(this.find("narrow"), this);
    this.side = new Side(this.find("side"), this);
    this.faults = new Faults(this.find("faults"), this.words);
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
      if (box) this.commit(Number(box.dataset.id));
    });
    for (const [name, part] of [["zoom", "scale"], ["step", "step"]]) {
      this.find(name).addEventListener("change", (event) => {
        this[part] = Number(event.target.value);
        localStorage.setItem(`timetable:${name}`, event.target.value);
        this.draw();
      });
    }
    this.find("undo")?.addEventListener("click", () => this.goBack(false));
    this.find("redo")?.addEventListener("click", () => this.goBack(true));
    this.find("back").addEventListener("click", () => this.focusBox(this.chosen));
    this.find("aside").addEventListener("click", () => this.fold());
    WIDE.addEventListener("change", () => this.draw());
    window.addEventListener("beforeunload", (event) => {
      for (const id of this.pending.keys()) this.commit(id);
      if (this.pending.size) event.preventDefault();
    });
  }

  // How one looks at it stays as one has chosen.
  remembered(name) {
    const select = this.find(name);
    const kept = localStorage.getItem(`timetable:${name}`);
    if ([...select.options].some((one) => one.value === kept)) select.value = kept;
    return Number(select.value);
  }

  fold() {
    const folded = this.root.classList.toggle("is-folded");
    this.find("aside").setAttribute("aria-expanded", String(!folded));
  }

  // What others ask.
  get rooms() { return this.store.rooms; }

  get days() { return this.store.days; }

  get findings() { return this.store.findings; }

  get zone() { return this.store.zone; }

  get zoneShort() { return this.words.zoneShort; }

  get all() {
    return [...this.store.sessions.values()].map((session) => ({ session, place: this.placeOf(session.id) }));
  }

  session(id) { return this.store.sessions.get(id); }

  placeOf(id) { return this.pending.get(id)?.place || placeOf(this.session(id)); }

  titleOf(id) { return this.session(id).title; }

  addressOf(id) { return this.root.dataset.session.replace("/0", `/${id}`); }

  ofDay(day) { return this.all.filter(({ place }) => place.start && dayOf(place.start) === day); }

  trackOf(session) { return this.store.tracks.find((track) => track.id === session.track); }

  peopleOf(session) { return (session.people || []).map((id) => this.store.people[id]).filter(Boolean); }

  foundOf(id) { return this.findings.filter((one) => one.sessions.includes(id)); }

  roomName(place) {
    if (place.allRooms) return this.words.allRooms;
    return this.rooms.find((room) => room.id === place.room)?.name || this.words.noRoom;
  }

  wordsOf(session) {
    return [session.title, session.other, ...this.peopleOf(session)].join(" ").toLowerCase();
  }

  whenOf(place) {
    if (!place.start) return this.words.unscheduled.replace("{number}", lengthOf(place));
    const day = this.days.find((one) => one.date === dayOf(place.start))?.label || dayOf(place.start);
    return [day, this.hours(place), this.roomName(place)].join(" · ");
  }

  hours(place) {
    const from = minuteOf(place.start, dayOf(place.start));
    return `${clock(from)}–${clock(from + lengthOf(place))}`;
  }

  mayMove(id) {
    const session = this.session(id);
    return this.editable && Boolean(session) && !this.pending.get(id)?.busy;
  }

  // How a session looks now.
  stateOf(session) {
    const held = this.pending.get(session.id);
    const found = this.foundOf(session.id);
    const clash = found.some((one) => one.blocking);
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
    for (const [id, held] of this.pending) if (!this.session(id) && !held.busy) this.pending.delete(id); // it was removed
    for (const id of theirs) {
      this.theirs.set(id, true);
      setTimeout(() => { this.theirs.delete(id); this.draw(); }, SHOWN_MS);
    }
    const first = !this.day;
    if (first || !this.days.some((one) => one.date === this.day)) this.day = this.dayToBegin();
    this.draw();
    if (first) this.begin();
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
    this.faults.draw((id, element) => WIDE.matches && this.grid.beside(id, element));
    for (const [name, steps] of [["undo", this.steps.done], ["redo", this.steps.undone]]) {
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
    if (away) line.textContent = this.words.failed[status] || this.words.away;
  }

  // Choosing
  choose(id) {
    this.chosen = id;
    this.side.turn("details");
    this.draw();
    if (!WIDE.matches) this.find("title").focus(); // below the list
  }

  open(id) {
    this.commit(id);
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

  // Moving
  lift(id, version = this.session(id)?.version) { this.lifted.set(id, version); }

  moveTo(id, minute, room) { this.propose(id, placedAt(this.placeOf(id), this.day, minute, room), {}); }

  resize(id, minutes) { this.propose(id, lasting(this.placeOf(id), minutes), {}); }

  unschedule(id) {
    if (!this.placeOf(id).start) return;
    this.propose(id, unscheduled(this.placeOf(id)), {});
    this.side.turn("list");
    this.root.querySelector(`.tt-item[data-id="${id}"]`)?.focus();
  }

  propose(id, place, { wait = false } = {}) {
    const session = this.session(id);
    const held = this.pending.get(id) || { before: placeOf(session), based: this.lifted.get(id) ?? session.version };
    this.lifted.delete(id);
    clearTimeout(held.timer);
    held.place = place;
    this.pending.set(id, held);
    this.faults.clear(id);
    if (wait) held.timer = setTimeout(() => this.commit(id), PAUSE_MS);
    this.draw();
    if (wait) this.say(place.start ? `${this.hours(place)}, ${this.roomName(place)}` : this.words.allUnscheduled);
    else this.commit(id);
  }

  putBack(id) {
    const held = this.pending.get(id);
    if (!held || held.busy) return;
    clearTimeout(held.timer);
    this.pending.delete(id);
    this.draw();
    this.say(this.words.putBack.replace("{title}", this.titleOf(id)));
  }

  async commit(id) {
    const held = this.pending.get(id);
    if (!held || held.busy || !this.session(id)) return;
    clearTimeout(held.timer);
    const { place } = held;
    if (samePlace(place, placeOf(this.session(id)))) {
      this.pending.delete(id);
      this.draw();
      return;
    }
    const answer = await this.send(id, held);
    if (answer.status === 200) {
      this.steps.add(id, held.before, placeOf(answer.session));
      this.saved(id);
    } else this.refused(id, place, answer);
  }

  async send(id, held) {
    held.busy = true;
    this.draw();
    const answer = await this.store.save(id, held.place, held.based);
    this.pending.delete(id);
    return answer;
  }

  saved(id) {
    this.draw();
    this.say(this.words.saved.replace("{title}", this.titleOf(id)).replace("{where}", this.whenOf(this.placeOf(id))));
    this.store.look();
  }

  refused(id, place, answer) {
    const { words } = this;
    const again = (label, changes = {}) => [label, () => this.propose(id, { ...place, ...changes }, {})];
    const does = [];
    if (answer.status === 0 || answer.status >= 500) does.push(again(words.again));
    if (answer.status === 412) does.push(again(words.allTheSame));
    if (answer.code === "time-is-ambiguous") {
      const both = (fold) => ({ startFold: answer.ends?.includes("start") ? fold : place.startFold, endFold: answer.ends?.includes("end") ? fold : place.endFold });
      does.push(again(words.firstTime, both(0)), again(words.secondTime, both(1)));
    }
    const theirs = () => words.stale.replace("{theirs}", this.whenOf(placeOf(this.session(id)))).replace("{mine}", this.whenOf(place));
    if (answer.status === 404) this.store.refresh();
    const why = answer.status === 412 ? theirs() : answer.words || words.failed[answer.status] || words.failed.other;
    this.faults.tell(id, `${words.notMoved.replace("{title}", this.titleOf(id))} ${why}`, does);
    this.side.filledKey = "";
    this.draw();
  }

  // Undoing
  async goBack(forth) {
    for (const id of this.pending.keys()) await this.commit(id);
    const next = this.steps.next(forth);
    if (!next || !this.editable) return;
    const session = this.session(next.id);
    if (!session || this.pending.has(next.id)) return;
    if (next.to.start) this.showDay(dayOf(next.to.start));
    if (!this.steps.stands(next, placeOf(session))) {
      this.steps.drop(forth);
      this.faults.tell(next.id, this.words.movedOn.replace("{title}", session.title).replace("{where}", this.whenOf(placeOf(session))));
      this.draw();
      return;
    }
    const held = { place: next.to, based: session.version };
    this.pending.set(next.id, held);
    const answer = await this.send(next.id, held);
    if (answer.status === 200) {
      this.steps.taken(forth);
      this.saved(next.id);
      this.focusBox(next.id);
    } else this.refused(next.id, next.to, answer);
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

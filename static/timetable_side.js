// What stands beside the grid: what is not scheduled, what clashes, and the session in hand with its form.
"use strict";

import { make } from "./timetable_grid.js";
import { dayOf, lengthOf, wallAt } from "./timetable_layout.js";

function byCode(findings) {
  const groups = new Map();
  for (const one of findings) groups.set(one.code, [...(groups.get(one.code) || []), one]);
  return groups;
}

export class Side {
  constructor(root, desk) {
    this.root = root;
    this.desk = desk;
    this.items = new Map(); // of the list, by session: its row, and what it was made of
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    this.search = root.querySelector("[data-tt-search]");
    this.form = root.querySelector("[data-tt-form]");
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.turn(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => this.between(event, tab));
    }
    this.search.addEventListener("input", () => this.drawList());
    this.filter = root.querySelector("[data-tt-filter]");
    this.today = root.querySelector("[data-tt-today]");
    for (const control of [this.filter, this.today]) control.addEventListener("input", () => this.drawFindings());
    root.querySelector("[data-tt-retry]").addEventListener("click", () => this.desk.store.look());
    this.form?.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.form?.addEventListener("input", () => { this.typed = true; });
    root.querySelector("[data-tt-unschedule]")?.addEventListener("click", () => this.desk.moves.unschedule(this.desk.chosen));
    root.addEventListener("click", (event) => {
      const jump = event.target.closest("[data-jump]");
      if (jump) this.desk.jump(Number(jump.dataset.jump));
    });
  }

  turn(name, { focus = false } = {}) {
    for (const tab of this.tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
  }

  between(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.tabs[(this.tabs.indexOf(tab) + step + this.tabs.length) % this.tabs.length];
    this.turn(next.dataset.tab, { focus: true });
  }

  draw() {
    this.drawList();
    this.drawFindings();
    this.drawDetails();
  }

  count(name, number, bad = false) {
    const mark = this.root.querySelector(`[data-count="${name}"]`);
    mark.textContent = number;
    mark.hidden = !number;
    mark.classList.toggle("is-bad", bad);
  }

  drawList() {
    const { desk } = this;
    const waiting = desk.all.filter(({ place }) => !place.start);
    const words = this.search.value.trim().toLowerCase();
    const found = waiting.filter(({ session }) => !words || desk.wordsOf(session).includes(words));
    const none = this.root.querySelector("[data-tt-none]");
    none.hidden = Boolean(found.length);
    none.textContent = waiting.length ? desk.words.nothingFound : desk.words.allScheduled;
    this.count("list", waiting.length);
    const list = this.root.querySelector("[data-tt-list]");
    const focused = document.activeElement?.closest?.(".tt-item")?.dataset.id;
    const rows = found.map((one) => this.kept(one));
    if (rows.length === list.children.length && rows.every((row, place) => row === list.children[place])) return;
    list.replaceChildren(...rows);
    if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  // What has not changed stays as it is, and with it what is done with it.
  kept(one) {
    const key = JSON.stringify([one, this.desk.stateOf(one.session)]);
    const known = this.items.get(one.session.id);
    if (known?.key === key) return known.row;
    const row = this.item(one);
    this.items.set(one.session.id, { key, row });
    return row;
  }

  item({ session, place }) {
    const { desk } = this;
    const state = desk.stateOf(session);
    const row = make("li", "");
    const item = row.appendChild(make("div", ["tt-item", `is-${session.status}`, ...state.classes].join(" ")));
    item.dataset.id = session.id;
    item.tabIndex = 0;
    item.setAttribute("role", "button");
    item.setAttribute("aria-describedby", "tt-keys");
    item.setAttribute("aria-busy", String(state.busy));
    item.style.setProperty("--track", state.color);
    const top = item.appendChild(make("span", "tt-box-top"));
    top.append(make("span", "tt-time", desk.words.minutes.replace("{number}", lengthOf(place))));
    if (state.said) top.append(make("span", "tt-said", state.said));
    item.append(make("span", "tt-title", session.title));
    if (session.other) item.append(Object.assign(make("span", "tt-other", session.other), { lang: desk.otherLanguage }));
    if (state.people) item.append(make("span", "tt-people", state.people));
    return row;
  }

  drawFindings() {
    const { desk } = this;
    const list = this.root.querySelector("[data-tt-findings]");
    const number = desk.findings.length + desk.rest.number;
    this.count("findings", number, desk.findings.some((one) => one.blocking));
    const show = (name, isShown) => { this.root.querySelector(`[data-tt-${name}]`).hidden = !isShown; };
    show("checking", desk.checks === "loading");
    show("unchecked", desk.checks === "failed");
    show("clean", desk.checks === "ready" && !number);
    show("filters", desk.findings.length);
    const key = JSON.stringify([desk.findings, desk.rest, this.filter.value, this.today.checked && desk.day]);
    if (key === this.foundKey) return;
    this.foundKey = key;
    const groups = this.groups();
    list.replaceChildren(...groups.map(([code, those]) => this.group(code, those)));
    show("none-found", desk.findings.length && !groups.length);
    const rest = this.root.querySelector("[data-tt-rest]");
    rest.hidden = !desk.rest.number;
    rest.firstChild.textContent = desk.rest.words;
  }

  // By kind, as filtered; the kinds in the order in which the server names them, the blocking ones first.
  groups() {
    const { desk } = this;
    const kinds = byCode(desk.findings);
    const blocking = desk.findings.some((one) => one.blocking) ? [["blocking", desk.words.clashes]] : [];
    const chosen = this.filter.value;
    const names = [...kinds.keys()].map((code) => [code, this.kindOf(code)]);
    this.choices(this.filter, [["", desk.words.everyFinding], ...blocking, ...names]);
    this.filter.value = [...this.filter.options].some((one) => one.value === chosen) ? chosen : "";
    const isOfDay = (id) => desk.session(id) && desk.placeOf(id).start?.startsWith(desk.day);
    const shown = desk.findings.filter((one) => (
      (!this.filter.value || one.code === this.filter.value || (this.filter.value === "blocking" && one.blocking))
      && (!this.today.checked || one.sessions.some(isOfDay))
    ));
    return [...byCode(shown)];
  }

  kindOf(code) { return this.desk.words.findingKinds[code] || code; }

  group(code, those) {
    const row = make("li", "tt-found-group");
    const part = row.appendChild(make("details", ""));
    part.open = true;
    // Those that are in the list of findings alone are counted here too, unless they were filtered out.
    const beyond = this.today.checked ? 0 : this.desk.rest.codes?.[code] || 0;
    part.append(make("summary", "", `${this.kindOf(code)} (${those.length + beyond})`));
    part.appendChild(make("ul", "tt-found-list")).append(...those.map((one) => this.finding(one)));
    return row;
  }

  finding(one) {
    const { desk } = this;
    const row = make("li", one.blocking ? "tt-finding is-bad" : "tt-finding");
    const kind = one.blocking ? desk.words.clash : desk.words.look;
    row.append(make("span", `badge badge-${one.blocking ? "bad" : "warn"}`, kind), make("p", "", one.words));
    const ways = row.appendChild(make("p", "tt-ways"));
    for (const id of one.sessions) {
      const session = desk.session(id);
      if (!session) continue;
      const way = ways.appendChild(make("button", "tt-jump", session.title));
      way.type = "button";
      way.dataset.jump = id;
      way.setAttribute("aria-label", desk.words.goTo.replace("{title}", session.title));
    }
    return row;
  }

  drawDetails() {
    const { desk } = this;
    const session = desk.session(desk.chosen);
    this.root.querySelector("[data-tt-empty]").hidden = Boolean(session);
    const box = this.root.querySelector("[data-tt-details]");
    box.hidden = !session;
    if (!session) return;
    const place = desk.placeOf(session.id);
    const write = (name, words) => {
      const element = box.querySelector(`[data-tt-${name}]`);
      element.textContent = words;
      element.hidden = !words;
    };
    write("title", session.title);
    write("other", session.other || "");
    write("kind", [desk.words.kinds[session.kind], desk.trackOf(session)?.name].filter(Boolean).join(" · "));
    write("state", session.status === "confirmed" ? "" : desk.words.statuses[session.status]);
    write("when", desk.whenOf(place));
    write("people", desk.peopleOf(session).join(desk.words.comma));
    box.querySelector("[data-tt-open]").href = desk.addressOf(session.id);
    box.querySelector("[data-tt-found]").replaceChildren(...desk.foundOf(session.id).map((one) => {
      const line = make("p", one.blocking ? "finding finding-bad" : "finding", one.words);
      return line;
    }));
    if (this.form) this.fill(session, place);
  }

  // What is typed stays while a colleague or a drag moves the session; the save tells then.
  fill(session, place) {
    const same = this.filled === session.id;
    if (same && this.typed) return;
    const key = JSON.stringify([session.id, place, this.desk.days, this.desk.rooms]);
    if (this.filledKey === key) return;
    const zones = { zone: place.zone, endZone: place.endZone };
    Object.assign(this, { filled: session.id, filledKey: key, typed: false, based: session.version, zones });
    const { elements } = this.form;
    this.choices(elements.room, [["", this.desk.words.noRoom], ...this.desk.rooms.map((room) => [room.id, room.name]), ["all", this.desk.words.allRooms]]);
    elements.day.value = place.start ? dayOf(place.start) : this.desk.day;
    elements.start.value = place.start ? place.start.slice(11, 16) : "";
    elements.minutes.value = lengthOf(place);
    elements.room.value = place.allRooms ? "all" : place.room || "";
    this.root.querySelector("[data-tt-unschedule]").hidden = !place.start;
    this.root.querySelector("[data-tt-send]").textContent = place.start ? this.desk.words.move : this.desk.words.place;
  }

  choices(select, rows) {
    select.replaceChildren(...rows.map(([value, words]) => new Option(words, value)));
  }

  send() {
    const { elements } = this.form;
    if (!this.form.reportValidity()) return;
    const id = this.desk.chosen;
    const start = `${elements.day.value}T${elements.start.value}`;
    const minutes = Number(elements.minutes.value);
    const end = wallAt(elements.day.value, Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) + minutes);
    const allRooms = elements.room.value === "all";
    const room = allRooms ? this.desk.placeOf(id).room : Number(elements.room.value) || null;
    this.typed = false;
    this.filledKey = "";
    this.desk.moves.lift(id, this.based);
    this.desk.showDay(elements.day.value);
    this.desk.moves.propose(id, { start, end, startFold: null, endFold: null, ...this.zones, room, allRooms, minutes }, {});
  }

  focusForm() {
    this.turn("details");
    const first = this.form?.elements.day || this.root.querySelector("[data-tt-open]");
    first.focus();
  }
}

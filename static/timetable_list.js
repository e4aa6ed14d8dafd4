// A day as a list, where there is no room for a grid: each line opens its session, and its form moves it.
"use strict";

import { found, make } from "./timetable_grid.js";

export class List {
  constructor(frame, desk) {
    this.frame = frame;
    this.desk = desk;
  }

  draw() {
    const { desk } = this;
    const focused = document.activeElement?.closest?.(".tt-line")?.dataset.id;
    const rows = desk.ofDay(desk.day).sort((a, b) => a.place.start.localeCompare(b.place.start) || a.session.id - b.session.id);
    this.frame.replaceChildren(...rows.map((one) => this.line(one)));
    if (!rows.length) this.frame.append(make("li", "muted", desk.words.emptyDay));
    if (focused) this.frame.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  line({ session, place }) {
    const { desk } = this;
    const state = desk.stateOf(session);
    const row = make("li", "");
    const line = row.appendChild(make("button", ["tt-line", `is-${session.status}`, ...state.classes].join(" ")));
    line.type = "button";
    line.dataset.id = session.id;
    line.setAttribute("aria-busy", String(state.busy));
    line.style.setProperty("--track", state.color);
    const top = line.appendChild(make("span", "tt-box-top"));
    top.append(make("span", "tt-time", desk.hours(place)), make("span", "tt-room", desk.roomName(place)));
    if (state.said) top.append(make("span", "tt-said", state.said));
    line.append(make("span", "tt-title", session.title));
    if (session.other) line.append(Object.assign(make("span", "tt-other", session.other), { lang: desk.otherLanguage }));
    if (state.findings) top.append(found(state));
    for (const one of desk.foundOf(session.id)) if (one.blocking) line.append(make("span", "finding finding-bad", one.words));
    return row;
  }
}

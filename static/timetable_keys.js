// Everything that dragging does, by keys on the box that has the focus.
"use strict";

import { DAY, dayAfter, dayOf, firstFree, lasting, lengthOf, minuteOf, placedAt } from "./timetable_layout.js";

const MORNING = 9 * 60;

export class Keys {
  constructor(root, desk) {
    this.desk = desk;
    root.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("keydown", (event) => this.back(event)); // wherever the focus is
  }

  back(event) {
    const key = event.key.toLowerCase();
    if (!["z", "y"].includes(key) || !(event.ctrlKey || event.metaKey) || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    this.desk.moves.goBack(key === "y" || event.shiftKey);
  }

  pressed(event) {
    const box = event.target.closest("[data-id]");
    if (!box || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    const does = this.does(Number(box.dataset.id), event.key, event.shiftKey);
    if (!does) return;
    event.preventDefault();
    does();
  }

  does(id, key, shift) {
    const { desk } = this;
    if (key === "Enter" || key === " ") return () => desk.open(id);
    if (key === "Escape") return () => desk.moves.putBack(id);
    if (!desk.mayChange(id)) return null;
    const place = desk.placeOf(id);
    if (!place.start) return ["ArrowLeft", "ArrowRight", "p", "P"].includes(key) ? () => this.placeFirst(id, place) : null;
    if (["Delete", "Backspace", "u", "U"].includes(key)) return () => desk.moves.unschedule(id);
    const step = { ArrowUp: -desk.step, ArrowDown: desk.step }[key];
    if (step && shift) return () => this.resize(id, place, step);
    if (step) return () => this.shift(id, place, step);
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (aside) return () => this.aside(id, place, aside);
    const days = { PageUp: -1, PageDown: 1 }[key];
    return days ? () => this.toDay(id, place, days) : null;
  }

  shift(id, place, step) {
    const day = dayOf(place.start);
    const from = minuteOf(place.start, day);
    // To the next line of the raster first, from wherever it stood between two.
    const to = step > 0 ? Math.floor(from / step) * step + step : Math.ceil(from / -step) * -step + step;
    if (to >= 0 && to < DAY) this.desk.moves.propose(id, placedAt(place, day, to), { wait: true });
  }

  resize(id, place, step) {
    const length = lengthOf(place) + step;
    if (length > 0) this.desk.moves.propose(id, lasting(place, length), { wait: true });
  }

  aside(id, place, step) {
    const rooms = this.desk.rooms.map((room) => room.id);
    if (place.allRooms || !rooms.length) return;
    const now = rooms.indexOf(place.room);
    const next = now < 0 ? (step < 0 ? rooms.length - 1 : 0) : now + step;
    if (next >= 0 && next < rooms.length) this.desk.moves.propose(id, { ...place, room: rooms[next] }, { wait: true });
  }

  toDay(id, place, step) {
    const day = dayAfter(dayOf(place.start), step);
    if (!this.desk.days.some((one) => one.date === day)) return;
    this.desk.moves.propose(id, placedAt(place, day, minuteOf(place.start, dayOf(place.start))), { wait: true });
    this.desk.showDay(day);
    this.desk.focusBox(id);
  }

  // From the list to the first time that is free in its room, or else in the first one, of the day in sight.
  placeFirst(id, place) {
    const { desk } = this;
    const room = place.allRooms ? place.room : place.room || desk.rooms[0]?.id || null;
    const taken = desk.ofDay(desk.day).filter((one) => one.place.allRooms || place.allRooms || one.place.room === room);
    const spans = taken.map((one) => {
      const from = minuteOf(one.place.start, desk.day);
      return { from, to: from + lengthOf(one.place) };
    });
    desk.moves.propose(id, placedAt({ ...place, room }, desk.day, firstFree(spans, lengthOf(place), MORNING), room), { wait: true });
    desk.focusBox(id);
  }
}

// Dragging by mouse, pen or finger: boxes within the grid and to the list, from the list into the grid, and a box's lower
// edge. A finger has to rest for a moment first, so that it can still scroll.
"use strict";

import { clock, lengthOf, minuteOf, snapped } from "./timetable_layout.js";

const SLACK = 5; // pixels that a click may move
const REST_MS = 350;
const EDGE = 48;

export class Drag {
  // `desk`: what is dragged and where it may go (timetable.js).
  constructor(root, desk) {
    this.root = root;
    this.desk = desk;
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("touchmove", (event) => { if (this.held?.moving) event.preventDefault(); }, { passive: false });
    root.addEventListener("contextmenu", (event) => { if (this.held) event.preventDefault(); });
  }

  press(event) {
    const element = event.target.closest("[data-id]");
    if (!element || event.button || !this.desk.mayDrag(Number(element.dataset.id)) || this.held) return;
    const id = Number(element.dataset.id);
    const box = element.getBoundingClientRect();
    const held = {
      id, element, x: event.clientX, y: event.clientY, moving: false, landing: null,
      resizing: Boolean(event.target.closest(".tt-grip")), offset: event.clientY - box.top,
      touch: event.pointerType === "touch", pointer: event.pointerId,
    };
    this.held = held;
    this.desk.moves.lift(id);
    if (held.touch && !held.resizing) held.rest = setTimeout(() => this.start(), REST_MS);
    const listeners = {
      pointermove: (moved) => this.moved(moved),
      pointerup: (up) => { if (up.pointerId === held.pointer) this.end(true, up); },
      pointercancel: () => this.end(false),
      keydown: (pressed) => { if (pressed.key === "Escape") { pressed.stopPropagation(); this.end(false); } },
    };
    held.stop = () => { for (const [name, what] of Object.entries(listeners)) window.removeEventListener(name, what, true); };
    for (const [name, what] of Object.entries(listeners)) window.addEventListener(name, what, true);
  }

  start() {
    const { held } = this;
    held.moving = true;
    held.element.classList.add("is-dragged");
    this.root.classList.add(held.resizing ? "is-resizing" : "is-dragging");
    if (held.resizing) return;
    held.ghost = document.createElement("div");
    held.ghost.className = "tt-ghost";
    held.ghost.setAttribute("aria-hidden", "true");
    held.ghost.textContent = this.desk.titleOf(held.id);
    document.body.append(held.ghost);
    this.place(held.x, held.y);
  }

  moved(event) {
    const { held } = this;
    if (event.pointerId !== held.pointer) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > SLACK;
    if (!held.moving && far) {
      if (held.touch && !held.resizing) return this.end(false); // the page is scrolled
      this.start();
    }
    if (held.moving) {
      event.preventDefault();
      this.place(event.clientX, event.clientY);
    }
    return undefined;
  }

  place(x, y) {
    const { held, desk } = this;
    this.scroll(x, y);
    if (held.ghost) held.ghost.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
    const place = desk.placeOf(held.id);
    const at = desk.grid.at(x, y, { allRooms: place.allRooms });
    const over = !held.resizing && desk.overList(x, y);
    desk.markList(Boolean(over && place.start));
    desk.hoverDay(held.resizing ? null : document.elementFromPoint(x, y)?.closest("[data-day]"));
    held.landing = over ? { list: true } : this.landing(at, place);
    desk.grid.preview(held.landing?.list ? null : held.landing);
    if (held.ghost) held.ghost.dataset.time = held.landing?.from === undefined ? "" : clock(held.landing.from);
  }

  landing(at, place) {
    const { held, desk } = this;
    if (!at) return null;
    if (held.resizing) {
      const from = minuteOf(place.start, desk.day);
      const column = place.allRooms ? "all" : place.room || 0;
      return { from, to: Math.max(from + desk.step, snapped(at.minute, desk.step)), column };
    }
    const offset = place.start ? held.offset / desk.scale : 0;
    const from = Math.max(0, snapped(at.minute - offset, desk.step));
    return { from, to: from + lengthOf(place), column: at.column, room: at.room };
  }

  scroll(x, y) {
    const { frame } = this.desk.grid;
    const box = frame.getBoundingClientRect();
    if (x < box.left || x > box.right) return;
    if (y > box.bottom - EDGE) frame.scrollTop += 12;
    if (y < box.top + EDGE + 40 && y > box.top) frame.scrollTop -= 12;
    if (x > box.right - EDGE) frame.scrollLeft += 12;
    if (x < box.left + EDGE + 56) frame.scrollLeft -= 12;
  }

  end(drop, up = null) {
    const { held, desk } = this;
    if (!held) return;
    if (up && held.moving) this.place(up.clientX, up.clientY); // the last move may not have been told
    this.held = null;
    clearTimeout(held.rest);
    held.stop();
    held.ghost?.remove();
    held.element.classList.remove("is-dragged");
    this.root.classList.remove("is-dragging", "is-resizing");
    desk.grid.preview(null);
    desk.markList(false);
    desk.hoverDay(null);
    const { landing } = held;
    if (!held.moving || !drop || !landing) desk.moves.letGo(held.id);
    if (!held.moving) return;
    // The click that follows a drag is none.
    const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, true), 50);
    if (!drop || !landing) return;
    if (landing.list) desk.moves.unschedule(held.id);
    else if (held.resizing) desk.moves.resize(held.id, landing.to - landing.from);
    else desk.moves.moveTo(held.id, landing.from, landing.room);
  }
}

// One's own last steps, kept for this tab and edition over a reload: what was moved, from where and to where.
"use strict";

import { samePlace } from "./timetable_layout.js";

const MOST = 20;

export class Steps {
  constructor(edition) {
    this.key = `timetable:${edition}`;
    const kept = JSON.parse(sessionStorage.getItem(this.key) || "null");
    this.done = kept?.done || [];
    this.undone = kept?.undone || [];
  }

  add(id, before, after) {
    this.done = [...this.done, { id, before, after }].slice(-MOST);
    this.undone = [];
    this.keep();
  }

  // The next step back (or forth), with where it stands and where it leads. `null` when there is none.
  next(forth) {
    const step = (forth ? this.undone : this.done).at(-1);
    if (!step) return null;
    const [from, to] = forth ? [step.before, step.after] : [step.after, step.before];
    return { id: step.id, from, to };
  }

  stands(next, place) {
    return samePlace(next.from, place);
  }

  taken(forth) {
    const [from, to] = forth ? [this.undone, this.done] : [this.done, this.undone];
    to.push(from.pop());
    this.keep();
  }

  // Someone else has moved it on since: the step can no more be taken back.
  drop(forth) {
    (forth ? this.undone : this.done).pop();
    this.keep();
  }

  keep() {
    sessionStorage.setItem(this.key, JSON.stringify({ done: this.done, undone: this.undone }));
  }
}

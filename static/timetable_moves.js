// What becomes of a move: it is shown at once, saved, and put back with words where it was refused; and one's own steps
// are taken back.
"use strict";

import { dayOf, lasting, placedAt, placeOf, samePlace, unscheduled } from "./timetable_layout.js";
import { Faults } from "./timetable_faults.js";
import { Steps } from "./timetable_steps.js";

const PAUSE_MS = 700; // without a key, after which what was moved by keys is saved

export class Moves {
  constructor(desk) {
    this.desk = desk;
    this.pending = new Map(); // by session: where it is shown before the server has answered
    this.lifted = new Map(); // by session: the version that was seen when it was taken in hand
    this.steps = new Steps(desk.root.dataset.edition);
    this.faults = new Faults(desk.find("faults"), desk.words);
  }

  isSaving(id) { return Boolean(this.pending.get(id)?.busy); }

  forgetGone() {
    for (const [id, held] of this.pending) if (!this.desk.session(id) && !held.busy) this.pending.delete(id);
  }

  commitAll() { for (const id of this.pending.keys()) this.commit(id); }

  lift(id, version = this.desk.session(id)?.version) { this.lifted.set(id, version); }

  letGo(id) { this.lifted.delete(id); }

  moveTo(id, minute, room) { this.propose(id, placedAt(this.desk.placeOf(id), this.desk.day, minute, room), {}); }

  resize(id, minutes) { this.propose(id, lasting(this.desk.placeOf(id), minutes), {}); }

  unschedule(id) {
    if (!this.desk.placeOf(id).start) return;
    this.propose(id, unscheduled(this.desk.placeOf(id)), {});
    this.desk.side.turn("list");
    this.desk.root.querySelector(`.tt-item[data-id="${id}"]`)?.focus();
  }

  propose(id, place, { wait = false } = {}) {
    const session = this.desk.session(id);
    const held = this.pending.get(id) || { before: placeOf(session), based: this.lifted.get(id) ?? session.version };
    this.lifted.delete(id);
    clearTimeout(held.timer);
    held.place = place;
    this.pending.set(id, held);
    this.faults.clear(id);
    if (wait) this.commitLater(id, held);
    this.desk.draw();
    if (wait) this.desk.say(place.start ? `${this.desk.hours(place)}, ${this.desk.roomName(place)}` : this.desk.words.allUnscheduled);
    else this.commit(id);
  }

  commitLater(id, held) {
    clearTimeout(held.timer);
    held.timer = setTimeout(() => this.commit(id), PAUSE_MS);
  }

  putBack(id) {
    const held = this.pending.get(id);
    if (!held || held.busy) return;
    clearTimeout(held.timer);
    this.pending.delete(id);
    this.desk.draw();
    this.desk.say(this.desk.words.putBack.replace("{title}", this.desk.titleOf(id)));
  }

  async commit(id) {
    const held = this.pending.get(id);
    if (!held || held.busy || !this.desk.session(id)) return;
    clearTimeout(held.timer);
    const { place } = held;
    if (samePlace(place, placeOf(this.desk.session(id)))) {
      this.pending.delete(id);
      this.desk.draw();
      return;
    }
    const { before } = held;
    const answer = await this.send(id, held);
    if (answer.status === 200) {
      this.steps.add(id, before, placeOf(this.desk.session(id)));
      this.saved(id);
    } else this.refused(id, place, answer);
  }

  // What is moved on by keys while it is being saved is saved once more.
  async send(id, held) {
    const { place } = held;
    held.busy = true;
    this.desk.draw();
    const answer = await this.desk.store.save(id, place, held.based);
    held.busy = false;
    if (answer.status === 200 && this.lifted.has(id)) this.lift(id); // taken in hand meanwhile
    if (answer.status !== 200 || held.place === place) this.pending.delete(id);
    else {
      Object.assign(held, { before: placeOf(this.desk.session(id)), based: answer.session.version });
      this.commitLater(id, held);
    }
    return answer;
  }

  saved(id) {
    this.desk.draw();
    this.desk.say(this.desk.words.saved.replace("{title}", this.desk.titleOf(id)).replace("{where}", this.desk.whenOf(this.desk.placeOf(id))));
    this.desk.store.look();
  }

  refused(id, place, answer) {
    const { words } = this.desk;
    const again = (label, changes = {}) => [label, () => this.propose(id, { ...place, ...changes }, {})];
    const does = [];
    if (answer.status === 0 || answer.status >= 500) does.push(again(words.again));
    if (answer.status === 412) does.push(again(words.allTheSame));
    if (answer.code === "time-is-ambiguous") {
      const both = (fold) => ({ startFold: answer.ends?.includes("start") ? fold : place.startFold, endFold: answer.ends?.includes("end") ? fold : place.endFold });
      does.push(again(words.firstTime, both(0)), again(words.secondTime, both(1)));
    }
    const theirs = () => words.stale.replace("{theirs}", this.desk.whenOf(placeOf(this.desk.session(id)))).replace("{mine}", this.desk.whenOf(place));
    if (answer.status === 404) this.desk.store.refresh();
    const why = answer.status === 412 ? theirs() : answer.words || words.failed[answer.status] || words.failed.other;
    this.faults.tell(id, `${words.notMoved.replace("{title}", this.desk.titleOf(id))} ${why}`, does);
    this.desk.side.filledKey = "";
    this.desk.draw();
  }

  async goBack(forth) {
    for (const id of this.pending.keys()) await this.commit(id);
    const next = this.steps.next(forth);
    if (!next || !this.desk.editable) return;
    const session = this.desk.session(next.id);
    if (!session || this.pending.has(next.id)) return;
    if (next.to.start) this.desk.showDay(dayOf(next.to.start));
    if (!this.steps.stands(next, placeOf(session))) {
      this.steps.drop(forth);
      this.faults.tell(next.id, this.desk.words.movedOn.replace("{title}", session.title).replace("{where}", this.desk.whenOf(placeOf(session))));
      this.desk.draw();
      return;
    }
    const held = { place: next.to, based: session.version };
    this.pending.set(next.id, held);
    const answer = await this.send(next.id, held);
    if (answer.status === 200) {
      this.steps.taken(forth);
      this.saved(next.id);
      this.desk.focusBox(next.id);
    } else this.refused(next.id, next.to, answer);
  }
}

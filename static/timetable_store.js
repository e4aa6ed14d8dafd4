// What the server holds of the timetable: loaded once, kept fresh while the window is looked at, and changed one session
// at a time. Every change names the version that it is based on.
"use strict";

import { movedTo } from "./timetable_layout.js";

const FRESH_MS = 3000;
const LOOK_MS = 30000;
const RETRY_MS = 5000;
const PATIENCE_MS = 20000;
const SIGNED_OUT = 401; // the page to sign in answers instead

export class Store extends EventTarget {
  constructor(addresses, token) {
    super();
    Object.assign(this, { addresses, token, sessions: new Map(), people: {}, zones: {}, rooms: [], tracks: [], days: [], findings: [] });
    this.checks = "loading"; // of the findings: "loading", "ready" or "failed"
    this.rest = { number: 0, words: "", clashing: [] }; // of the findings, beyond those that are told one by one
    this.mark = "";
    this.tag = ""; // of the last answer, as the server wrote it
    this.unheard = new Map(); // versions that our own saves made, which are no colleague's moves
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { this.follow(); if (this.mark) this.look(); } });
  }

  // Ask for what is new, now and from then on.
  async follow() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    const asked = {};
    this.asked = asked;
    await this.refresh();
    if (this.asked === asked) this.timer = setTimeout(() => this.follow(), FRESH_MS);
  }

  async refresh() {
    const address = new URL(this.addresses.data, location.href);
    if (this.mark) address.searchParams.set("since", this.mark);
    try {
      const headers = this.tag ? { "If-None-Match": this.tag } : {};
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(address, { headers, credentials: "same-origin", cache: "no-store", signal });
      const status = response.redirected ? SIGNED_OUT : response.status;
      if (status === 200) {
        this.take(await response.json());
        this.tag = response.headers.get("ETag") || "";
      }
      this.tell("reached", { status });
    } catch {
      this.tell("reached", { status: 0 });
    }
  }

  take(news) {
    this.mark = news.mark;
    const first = !this.sessions.size;
    const theirs = [];
    let isNew = news.whole;
    if (news.whole) {
      for (const part of ["rooms", "tracks", "zone"]) this[part] = news[part];
      const ids = new Set(news.sessions.map((one) => one.id));
      for (const id of this.sessions.keys()) if (!ids.has(id)) this.sessions.delete(id);
    }
    Object.assign(this.people, news.people);
    Object.assign(this.zones, news.zones);
    for (const one of news.sessions) {
      const known = this.sessions.get(one.id);
      if (known && known.version > one.version) continue; // an answer that was on its way
      if (!known || known.version < one.version) {
        isNew = true;
        if (!first && this.unheard.get(one.id) !== one.version) theirs.push(one.id);
      }
      this.sessions.set(one.id, one);
    }
    this.takeDays(news.days, news.whole);
    if (!isNew) return; // told once more, for a change that may come late
    this.tell("news", { theirs });
    this.look({ changed: true });
  }

  // The edition's own days, and those others on which something is.
  takeDays(days, whole = false) {
    const known = new Map((whole ? days : [...this.days, ...days]).map((one) => [one.date, one]));
    const used = new Set([...this.sessions.values()].map((one) => one.start?.slice(0, 10)));
    this.days = [...known.values()].filter((one) => one.own || used.has(one.date)).sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  // What is wrong follows every change; and now and then, for what is asked of rooms and people elsewhere.
  async look({ changed = false } = {}) {
    clearTimeout(this.looking);
    const asked = {};
    this.looked = asked;
    if (changed || this.checks === "failed") this.setChecks("loading"); // what was loaded is of another state
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(this.addresses.findings, { credentials: "same-origin", cache: "no-store", signal });
      if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
      const answer = await response.json();
      if (this.looked !== asked) return; // another one is on its way
      Object.assign(this, { findings: answer.findings, rest: answer.rest });
      this.setChecks("ready");
    } catch {
      if (this.looked !== asked) return;
      this.setChecks("failed");
    }
    const pause = this.checks === "failed" ? RETRY_MS : LOOK_MS;
    this.looking = setTimeout(() => { if (!document.hidden) this.look(); }, pause);
  }

  setChecks(state) {
    this.checks = state;
    this.tell("findings", {});
  }

  // Returns {status, session?, words?, code?}; status 0 is a network that is away.
  async save(id, place, version) {
    try {
      const response = await fetch(this.addresses.move.replace("/0/", `/${id}/`), {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ version, ...place, zone: place.zone || this.zone }), // never another one than was seen
      });
      if (response.redirected) return { status: SIGNED_OUT };
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      const answer = isJson ? await response.json() : {};
      if (answer.session) {
        this.sessions.set(id, movedTo(this.sessions.get(id), answer.session));
        this.unheard.set(id, answer.session.version);
        this.takeDays(answer.days);
      }
      return { ...answer, status: response.ok && !answer.session ? 500 : response.status };
    } catch {
      return { status: 0 };
    }
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

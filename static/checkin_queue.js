// Sends the scans that were kept, each under its own name: whatever is sent twice changes nothing. Of several tabs one
// sends.
import { letsThrough } from "./checkin_rules.js";
import { LEFT, Moved, SignedOut } from "./checkin_roster.js";

const TOGETHER = 50;
const PATIENCE_MS = 20000;

export class Queue {
  size = TOGETHER;

  constructor(address, who, store, roster, tell) {
    this.address = address;
    this.who = who;
    this.store = store;
    this.roster = roster;
    this.tell = tell;
  }

  async waiting() {
    return (await this.store.queued()).filter((one) => !one.refused);
  }

  async refused() {
    return (await this.store.queued()).filter((one) => one.refused);
  }

  async send() {
    if (!(await this.waiting()).length) return;
    if (!navigator.locks) {
      await this.sendAll();
      return;
    }
    await navigator.locks.request(`checkin ${this.who}`, { ifAvailable: true }, (lock) => (lock ? this.sendAll() : undefined));
  }

  async sendAll() {
    for (;;) {
      const scans = (await this.waiting()).slice(0, this.size);
      if (!scans.length) return;
      const answers = await this.post(scans);
      const good = [];
      let isMoved = false; // the device, to another checkpoint: they stay, and the page says so once it is of the other
      for (const [at, scan] of scans.entries()) {
        const { refused, result } = answers[at];
        if (refused === "not-its-own") isMoved = true;
        else if (refused) await this.store.enqueue({ ...scan, refused });
        else {
          good.push(scan.nonce);
          if (isToLookAt(scan.told, result)) this.tell.otherwise(scan, result);
        }
      }
      await this.store.dequeue(good);
      this.tell.sent(scans.filter((scan) => good.includes(scan.nonce)));
      if (isMoved) throw new Moved();
      this.size = TOGETHER;
    }
  }

  async post(scans, isAgain = false) {
    const sentAt = new Date().toISOString();
    const sent = scans.map(({ at, of, refused, isTaken, ...scan }) => ({ ...scan, sent_at: sentAt }));
    const body = new URLSearchParams({ csrf_token: this.roster.csrf, scans: JSON.stringify(sent) });
    const answer = await fetch(this.address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.redirected || LEFT.includes(answer.status)) throw new SignedOut();
    if (answer.status === 400 && !isAgain) {
      await this.roster.renewSigning();
      return this.post(scans, true);
    }
    if (!answer.ok) {
      this.size = Math.max(1, this.size >> 1); // one of them may be what is wrong
      throw new Error(`scans: ${answer.status}`);
    }
    const told = await answer.json();
    this.roster.csrf = told.csrf;
    return told.scans;
  }
}

// Somebody was let in whom the server would not have, or the other way round. Whom the device did not know whoever stood
// there may have let in.
function isToLookAt(told, result) {
  return told === "unknown" ? !letsThrough(result) : letsThrough(told) !== letsThrough(result);
}

// Whether a station is in touch with the server, and what it does when it is again: it sends what it kept, and then asks
// who has changed. What stands is told above the result.
import { labelOf, namesOf, timeOf } from "./checkin_result.js";
import { Queue } from "./checkin_queue.js";
import { Moved, Roster, SignedOut } from "./checkin_roster.js";
import { LASTS_MS, Memory, openStore } from "./checkin_store.js";

const EVERY_MS = 1000;
const PATIENCE_MS = 4000;
const HIDDEN_MS = 30000;
const SLOWEST_MS = 10000;
const panel = document.getElementById("alone");
const path = location.pathname;

// What a request throws that is too late has a name of its own; without a network it is none of these.
function isOfStorage(error) {
  return !error || (error instanceof DOMException && !["AbortError", "TimeoutError", "NetworkError"].includes(error.name));
}

export class Connection {
  isOnline = true;
  since = Date.now();
  failures = 0;
  timer = undefined;
  turning = undefined;
  notes = [];
  trouble = "";
  started = undefined;
  sent = { count: 0, taken: 0, at: 0 };

  constructor(form) {
    this.form = form;
    this.who = panel.dataset.station;
    this.tabs = new BroadcastChannel(`station ${this.who}`);
    this.store = new Memory();
    this.roster = new Roster(panel.dataset.roster, this.who, this.store);
  }

  start() {
    this.started ??= this.open();
  }

  async open() {
    this.roster.csrf = this.form.elements.csrf_token.value;
    if (!isSecureContext) {
      this.trouble = "insecure";
      await this.show();
      return;
    }
    await this.openStore();
    this.queue = new Queue(panel.dataset.scans, this.who, this.store, this.roster, {
      otherwise: (scan, result) => this.note(scan, result),
      sent: (scans) => this.noteSent(scans),
    });
    // Another tab of this station knows whom this one has let in alone, or both would let the same badge in.
    this.tabs.addEventListener("message", ({ data }) => this.roster.isReady && this.roster.overlay([data]));
    addEventListener("online", () => this.turn());
    document.addEventListener("visibilitychange", () => this.isSeen());
    panel.querySelector("[data-send]").addEventListener("click", () => this.turn());
    panel.querySelector("[data-dismiss]").addEventListener("click", () => this.dismiss());
    document.querySelector("[data-sign-out]")?.addEventListener("submit", (event) => this.signOut(event));
    navigator.serviceWorker?.register(panel.dataset.worker, { scope: path }).catch(() => undefined);
    this.turn();
  }

  async openStore() {
    try {
      this.store = await openStore(path, this.who);
      navigator.storage?.persist?.().catch(() => undefined);
    } catch {
      this.trouble = "nothingKept"; // a private window
      return;
    }
    this.roster.store = this.store;
    await this.roster.restore().catch(() => this.store.forget().catch(() => undefined));
    if (this.store.isClosed) this.close();
    this.tellRehearsal();
  }

  isSeen() {
    this.tellRehearsal(); // it may have slept since the evening
    if (document.visibilityState === "visible") this.turn();
  }

  // One turn after the other, and one at a time.
  turn() {
    clearTimeout(this.timer);
    this.turning ??= this.work().finally(() => {
      this.turning = undefined;
    });
    return this.turning;
  }

  // Whatever goes wrong, the next turn comes.
  async work() {
    try {
      await this.exchange();
      await this.show();
    } finally {
      const pause = Math.min(EVERY_MS * 2 ** this.failures, SLOWEST_MS);
      this.timer = setTimeout(() => this.turn(), document.hidden ? Math.max(pause, HIDDEN_MS) : pause);
    }
  }

  async exchange() {
    try {
      if (this.store.isClosed) return await this.finish();
      await this.queue.send().catch((error) => this.tellStorage(error)); // it can still ask whom to know
      const isQuick = await this.roster.sync((count) => this.tell(panel.dataset.loading.replace("{count}", count)));
      this.tellRehearsal();
      this.setOnline(isQuick);
      this.failures = 0;
    } catch (error) {
      if (error instanceof SignedOut) return this.leave();
      if (error instanceof Moved) return location.reload();
      if (isOfStorage(error)) this.tellStorage(error);
      else {
        this.setOnline(false);
        this.failures += 1;
      }
      await this.forgetOld();
    }
    return undefined;
  }

  // A fault of the storage is no fault of the network. Throws any other again.
  tellStorage(error) {
    if (!isOfStorage(error)) throw error;
    this.trouble = error?.name === "QuotaExceededError" ? "full" : "nothingKept";
  }

  // As the server has said; and from the first day on none, whatever was said before.
  tellRehearsal() {
    this.roster.beginDay();
    const { rehearsal } = this.form.elements;
    const isDay = Date.now() - this.roster.ahead >= Date.parse(this.roster.head?.first_day ?? panel.dataset.firstDay);
    if (this.roster.head || isDay) rehearsal.value = this.roster.head?.rehearsal ?? "";
    document.querySelector("[data-rehearsal-banner]").hidden = !rehearsal.value;
    if (!rehearsal.value) document.querySelector("#result .is-past[data-rehearsed]")?.remove(); // nobody was let in by it
  }

  // Since when it is so; without the network also through a page that is opened anew.
  setOnline(isOnline) {
    if (isOnline !== this.isOnline) this.since = (!isOnline && this.store.lost) || Date.now();
    this.isOnline = isOnline;
    const lost = isOnline ? undefined : this.since;
    if (lost !== this.store.lost) this.store.lose(lost).catch(() => undefined);
  }

  isAway() {
    if (!this.queue) return;
    this.setOnline(false);
    this.show();
  }

  async forgetOld() {
    if (!this.roster.synced || Date.now() - this.roster.synced < LASTS_MS) return;
    this.roster.clear();
    await this.store.forget().catch(() => undefined);
  }

  // Whether it will know people in a while.
  get isLoading() {
    return this.isOnline && this.trouble !== "insecure";
  }

  async isSignedAnew() {
    try {
      await this.roster.renewSigning();
      return true;
    } catch {
      return false;
    }
  }

  // Kept until it is sent; whether that is so.
  async keep(scan) {
    await this.started;
    if (!this.queue) return false; // where nothing can be kept, nothing is promised
    const { code, registration_id, nonce, direction, told, of, at } = scan;
    const here = { checkpoint_id: parseInt(this.who, 10), made_by: panel.dataset.madeBy };
    const row = { nonce, direction, told, at, scanned_at: new Date(at).toISOString(), ...here };
    const who = code ? { code } : { registration_id };
    const runs = Number(this.form.elements.rehearsal.value); // of which the page spoke when it scanned
    const rehearsal = runs ? { rehearsal_id: runs } : {};
    try {
      await this.store.enqueue({ ...row, ...who, ...rehearsal, ...(of ? { of } : {}) });
      this.tabs.postMessage({ of, told, at, ...rehearsal });
    } catch {
      this.trouble = "full";
      await this.show();
      return false;
    }
    await this.show();
    return true;
  }

  note(scan, result) {
    const isNobodys = result === "unknown";
    const text = scan.told !== "unknown" ? panel.dataset.otherwise : panel.dataset[isNobodys ? "nobodys" : "knownSince"];
    this.notes.push(this.words(text, scan, labelOf(result)));
  }

  noteSent(scans) {
    if (Date.now() - this.sent.at > PATIENCE_MS) this.sent = { count: 0, taken: 0 };
    const taken = scans.filter((one) => one.isTaken).length;
    this.sent = { count: this.sent.count + scans.length, taken: this.sent.taken + taken, at: Date.now() };
  }

  words(text, scan, otherwise) {
    const person = this.roster.people.get(scan.of);
    const name = person ? namesOf(person).join(" ") : scan.code ?? "";
    return text.replace("{name}", name).replace("{time}", timeOf(scan.at)).replace("{told}", labelOf(scan.told)).replace("{result}", otherwise);
  }

  async dismiss() {
    this.notes = [];
    const refused = (await this.queue.refused()).map((one) => one.nonce);
    await this.store.dequeue([...refused, ...this.store.unreadable]);
    await this.show();
  }

  async show() {
    this.tellRehearsal();
    const kept = this.queue ? await this.store.queued().catch((error) => this.tellStorage(error)) : [];
    const refused = (kept ?? []).filter((one) => one.refused);
    const waiting = (kept ?? []).length - refused.length;
    const since = this.isOnline ? this.roster.synced : this.since;
    const words = this.isOnline ? panel.dataset.online : panel.dataset.offline;
    panel.classList.toggle("is-away", !this.isOnline || this.store.isClosed);
    this.tell(this.store.isClosed ? panel.dataset.closed : words.replace("{time}", since ? timeOf(since) : "…"));
    panel.querySelector(".alone-known").textContent = this.store.isClosed ? "" : this.known();
    const line = panel.querySelector(".alone-waiting");
    line.hidden = !waiting;
    line.querySelector("span").textContent = panel.dataset.waiting.replace("{count}", waiting);
    this.showSent(panel.querySelector(".alone-sent"));
    const elsewhere = panel.querySelector(".alone-elsewhere");
    elsewhere.hidden = !this.store.elsewhere;
    elsewhere.textContent = panel.dataset.elsewhere.replace("{count}", this.store.elsewhere);
    const lost = this.store.unreadable.length;
    const unreadable = lost ? [panel.dataset.unreadable.replace("{count}", lost)] : [];
    const told = [...this.notes, ...unreadable, ...refused.map((one) => this.words(panel.dataset.refused, one, one.refused))];
    panel.querySelector(".alone-notes").hidden = !told.length;
    panel.querySelector(".alone-notes ul").replaceChildren(...told.map((one) => {
      const item = document.createElement("li");
      item.textContent = one;
      return item;
    }));
    panel.hidden = false;
  }

  showSent(line) {
    const { at, count, taken } = this.sent;
    line.hidden = !count;
    const text = taken ? panel.dataset.sentOfOthers : panel.dataset.sent;
    line.textContent = text.replace("{time}", timeOf(at ?? 0)).replace("{count}", count).replace("{taken}", taken);
  }

  known() {
    if (this.trouble) return panel.dataset[this.trouble];
    if (!this.roster.isReady) return panel.dataset.nothingKnown;
    return panel.dataset.known.replace("{count}", this.roster.people.size).replace("{time}", timeOf(this.roster.synced));
  }

  tell(words) {
    const state = panel.querySelector("[data-state]");
    if (state.textContent !== words) state.textContent = words;
  }

  // Signed out, or revoked: whom it knew goes at once; scans that wait stay for whoever signs in here again.
  async leave() {
    clearTimeout(this.timer);
    this.roster.clear();
    await this.store.leave().catch(() => undefined);
    await caches.delete(`checkin ${path}`);
    location.reload();
  }

  // Nothing is lost by it, and what becomes of what waits is said first.
  async signOut(event) {
    event.preventDefault();
    await this.turn();
    const waiting = (await this.queue.waiting().catch(() => [])).length;
    const words = this.isOnline ? waiting && panel.dataset.unsent : panel.dataset[waiting ? "unsentAway" : "signOutAway"];
    if (words && !confirm(words.replace("{count}", waiting))) return;
    if (this.isOnline && (await this.tellSignedOut().catch(() => false))) {
      await this.leave();
      return;
    }
    this.roster.clear();
    await this.store.close().catch(() => undefined);
    this.close();
    await this.show();
  }

  // Nobody scans here any more; the page is there until the server knows.
  close() {
    for (const part of document.querySelectorAll(".station, .scan-foot")) part.hidden = true;
  }

  // What was kept is sent before the server is told.
  async finish() {
    await this.queue.send();
    if ((await this.queue.waiting()).length) return;
    if (await this.tellSignedOut()) await this.leave();
  }

  async tellSignedOut(isAgain = false) {
    const { action } = document.querySelector("[data-sign-out]");
    const body = new URLSearchParams({ csrf_token: this.roster.csrf });
    const answer = await fetch(action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 400 && !isAgain && (await this.isSignedAnew())) return this.tellSignedOut(true);
    return answer.ok;
  }
}

// Whom a station knows: told by the server, kept by the store, and asked when the server can't be.
import { cleanCode, judge, letsThrough } from "./checkin_rules.js";

const HASH_BYTES = { 8: 3, 20: 12 }; // of a short code too little to find it by trying
const QUICK_MS = 2000;
const PATIENCE_MS = 4000;
const PAGE_PATIENCE_MS = 20000;
const TOUCH_MS = 60000;
const NOBODY = "1000000000000000"; // an id behind all of them: told is only what a request is signed with
const MOST_FOUND = 20;
const DROPPED = /[\s\-'’‘ʼ·・.,]+/gu;
const CODE = /^[A-HJ-NP-Z2-9]+$/;
const FOREIGN = /^(?=.*[\d:/?=&@#_%+])\S{6,}$|^\S{40,}$/;

// Whoever may not scan here any more, or where nobody may.
export class SignedOut extends Error {}
export const LEFT = [401, 403, 404, 409];
export class Moved extends Error {}

// One of ours, or what is in another QR, such as an address: in one piece, and of what no name is written with.
export function looksLikeCode(text) {
  const code = cleanCode(text);
  return (CODE.test(code) && code.length in HASH_BYTES) || FOREIGN.test(text.trim());
}

function fold(text) {
  return text.normalize("NFKC").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(DROPPED, "");
}

export class Roster {
  people = new Map();
  byHash = new Map();
  head = undefined;
  synced = 0;
  ahead = 0; // of the server's clock
  csrf = "";
  loading = 0;

  constructor(address, who, store) {
    this.address = address;
    this.who = who;
    this.store = store;
    this.touched = 0;
  }

  get isReady() {
    return Boolean(this.head);
  }

  // As it was when this page was open last, with what the scans that wait have changed.
  async restore() {
    const kept = await this.store.read();
    if (!kept) return;
    this.head = kept.head;
    this.synced = kept.synced;
    this.ahead = kept.head.ahead ?? 0;
    this.fill(kept.people);
    this.beginDay();
    this.overlay(await this.store.queued());
    document.dispatchEvent(new CustomEvent("roster"));
  }

  async ask(values, patience) {
    const address = new URL(this.address, location);
    for (const [name, value] of Object.entries(values)) if (value) address.searchParams.set(name, value);
    const answer = await fetch(address, { signal: AbortSignal.timeout(patience), cache: "no-store" });
    if (answer.status === 304) return undefined;
    if (answer.redirected || LEFT.includes(answer.status)) throw new SignedOut();
    if (!answer.ok) throw new Error(`roster: ${answer.status}`);
    const told = await answer.json();
    if (told.station !== this.who) throw new Moved();
    this.csrf = told.csrf;
    this.ahead = Date.now() - Date.parse(told.now);
    return told;
  }

  // Asks what has changed; all of it where nothing is known yet. Whether the server was quick enough for those who stand
  // in a line.
  async sync(onProgress) {
    const asked = performance.now();
    const told = await this.ask({ since: this.head?.cursor }, this.head ? PATIENCE_MS : PAGE_PATIENCE_MS);
    const isQuick = told?.whole || performance.now() - asked < QUICK_MS;
    if (told?.whole) await this.load(told, onProgress);
    else if (told) await this.change(told);
    else if (Date.now() - this.touched > TOUCH_MS) {
      this.touched = Date.now();
      await this.store.touch();
    }
    this.synced = Date.now();
    return Boolean(isQuick);
  }

  async renewSigning() {
    await this.ask({ after: NOBODY }, PATIENCE_MS);
  }

  async load(first, onProgress) {
    const people = [...first.people];
    for (let page = first; page.next; people.push(...page.people)) {
      onProgress(people.length);
      page = await this.ask({ after: page.next }, PAGE_PATIENCE_MS);
    }
    this.head = this.headOf(first, first.types, first.delegations);
    this.people.clear();
    this.byHash.clear();
    this.fill(people);
    document.dispatchEvent(new CustomEvent("roster"));
    await this.store.write(this.head, people);
    this.overlay(await this.store.queued());
  }

  async change(told) {
    this.head = this.headOf(told, this.head.types, this.head.delegations);
    for (const id of [...told.gone, ...told.people.map((one) => one.id)]) this.drop(id);
    this.fill(told.people);
    await this.store.write(this.head, [...this.people.values()], [...told.gone, ...told.people.map((one) => one.id)]);
    this.overlay(await this.store.queued());
  }

  headOf({ cursor, salt, mode, opens, closes, zone, rehearsal, first_day }, types, delegations) {
    return { cursor, salt, mode, opens, closes, zone, rehearsal, first_day, types, delegations, ahead: this.ahead };
  }

  // From the first day on nothing is of a rehearsal, whether or not the server could tell of its end: who was let in for
  // practice has not come.
  beginDay() {
    if (!this.head?.rehearsal || Date.now() - this.ahead < Date.parse(this.head.first_day)) return;
    this.head.rehearsal = null;
    for (const person of this.people.values()) person.presence = person.since = undefined;
  }

  fill(people) {
    for (const person of people) {
      this.people.set(person.id, person);
      for (const [qr, short, revoked] of person.codes) {
        const code = { id: person.id, revokedAt: revoked ? Date.parse(revoked) : undefined };
        for (const hash of [qr, short]) this.byHash.set(hash, [...(this.byHash.get(hash) ?? []), code]);
      }
    }
  }

  drop(id) {
    for (const hash of (this.people.get(id)?.codes ?? []).flatMap(([qr, short]) => [qr, short])) {
      const others = (this.byHash.get(hash) ?? []).filter((code) => code.id !== id);
      if (others.length) this.byHash.set(hash, others);
      else this.byHash.delete(hash);
    }
    this.people.delete(id);
  }

  clear() {
    this.head = undefined;
    this.people.clear();
    this.byHash.clear();
  }

  // Whose code it is, and the code; nobody where it is not known here, and of a short code now and then more than one.
  async find(text) {
    const typed = cleanCode(text);
    if (!this.head || !(typed.length in HASH_BYTES)) return [];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(this.head.salt + typed));
    const bytes = new Uint8Array(digest).slice(0, HASH_BYTES[typed.length]);
    const hash = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
    const codes = this.byHash.get(hash) ?? [];
    const ids = new Set(codes.map(({ id }) => id));
    if (ids.size === 1 && codes.length > 1) return this.byId(codes[0].id);
    return [...ids].map((id) => ({ person: this.people.get(id), code: codes.find((one) => one.id === id) }));
  }

  // Of whoever was found by name: by the live code, or the last one, which says why not.
  byId(id) {
    const person = this.people.get(id);
    if (!person) return [];
    const [, , revoked] = person.codes.find((one) => !one[2]) ?? person.codes.at(-1);
    return [{ person, code: { id, revokedAt: revoked ? Date.parse(revoked) : undefined } }];
  }

  judge(found, direction, at) {
    const { mode, opens, closes, zone } = this.head;
    const asks = { mode, zone, opens: opens && Date.parse(opens), closes: closes && Date.parse(closes) };
    return judge(found?.person, found?.code, asks, direction, at - this.ahead);
  }

  // What a scan has changed that was let through here.
  admit(person, result, at) {
    if (!person || !letsThrough(result)) return;
    person.presence = result === "out" ? "out" : "in";
    person.since = new Date(at - this.ahead).toISOString();
    person.is_by_word = false; // by this scan
  }

  overlay(scans) {
    const isOfNow = (scan) => (scan.rehearsal_id ?? null) === (this.head.rehearsal ?? null);
    for (const scan of scans) if (!scan.refused && isOfNow(scan)) this.admit(this.people.get(scan.of), scan.told, scan.at);
  }

  // By any spelling: either order of the Latin name, the native one, or how it is read.
  search(text) {
    const parts = text.split(/\s+/).map(fold).filter(Boolean);
    const whole = fold(text);
    if (!whole) return [];
    const found = [];
    for (const person of this.people.values()) {
      const words = (person.folded ??= foldedOf(person));
      if (words.joined.some((one) => one.startsWith(whole)) || words.native.includes(whole) || matches(words, parts)) found.push(person);
    }
    return found.sort((one, other) => one.latin.localeCompare(other.latin)).slice(0, MOST_FOUND);
  }
}

function matches({ tokens, native }, parts) {
  return parts.every((part) => tokens.some((token) => token.startsWith(part)) || native.includes(part));
}

// Not told when the person is written down: a property that JSON leaves out.
function foldedOf(person) {
  const tokens = (person.latin ?? "").split(/[\s-]+/).map(fold).filter(Boolean);
  const native = fold(person.native ?? "");
  const turned = tokens.map((_, at) => [...tokens.slice(at), ...tokens.slice(0, at)].join(""));
  const folded = { tokens: [...tokens, person.read ?? ""].filter(Boolean), native, joined: [...turned, person.read ?? ""].filter(Boolean) };
  folded.toJSON = () => undefined;
  return folded;
}

// What a station keeps on its device, encrypted under a key that no script can take out of this browser: whom to know, and
// the scans that were not sent yet. Whom to know goes after twelve hours in which the server was not asked.
const NAME = "checkin";
const BUCKETS = 128; // so that a change rewrites a few people and not all
export const LASTS_MS = 12 * 3600 * 1000;

function wait(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "UnknownError")); // not before: it has no error yet
  });
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const name of ["stations", "people", "queue"]) request.result.createObjectStore(name);
  };
  return wait(request);
}

const all = (station) => IDBKeyRange.bound([station], [station, []]);

// For one checkpoint and one device or account, at one address. Fails where a browser keeps nothing.
export async function openStore(path, who) {
  const db = await opened();
  await wipeStale(db).catch(() => undefined);
  const station = `${path} ${who}`;
  const store = new Store(db, station, await rowOf(db, station));
  await store.takeOver(path, `${path} ${who.split("-", 1)[0]}-`).catch(() => undefined); // tried again when it is opened next
  return store;
}

// By one transaction: of two tabs that are opened together both have the same key.
async function rowOf(db, station) {
  const fresh = { key: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]) };
  const transaction = db.transaction("stations", "readwrite");
  const stations = transaction.objectStore("stations");
  let row = fresh;
  stations.get(station).onsuccess = ({ target: { result } }) => {
    if (result) row = result;
    else stations.put(fresh, station);
  };
  await done(transaction);
  return row;
}

// Where nobody is signed in, nothing of their stations stays but scans that wait.
export async function wipeWhere(isTheirs) {
  const db = await opened();
  const keys = await wait(db.transaction("stations").objectStore("stations").getAllKeys());
  for (const station of keys.filter(isTheirs)) await forget(db, station);
  db.close();
}

// How many wait here, whoever made them.
export async function countWaiting() {
  const db = await opened();
  const count = await wait(db.transaction("queue").objectStore("queue").count());
  db.close();
  return count;
}

async function wipeStale(db) {
  const store = db.transaction("stations").objectStore("stations");
  const [keys, rows] = await Promise.all([wait(store.getAllKeys()), wait(store.getAll())]);
  for (const [at, row] of rows.entries()) {
    if (row.synced && Date.now() - row.synced > LASTS_MS) await forget(db, keys[at]);
  }
}

// The key stays while scans wait that only it can read.
async function forget(db, station) {
  const transaction = db.transaction(["stations", "people", "queue"], "readwrite");
  const [stations, people, queue] = ["stations", "people", "queue"].map((name) => transaction.objectStore(name));
  people.delete(all(station));
  queue.count(all(station)).onsuccess = ({ target }) => {
    if (!target.result) {
      stations.delete(station);
      return;
    }
    stations.get(station).onsuccess = ({ target: { result } }) => {
      if (result) stations.put({ key: result.key }, station);
    };
  };
  await done(transaction);
}

class Store {
  unreadable = []; // the names of scans whose key is gone

  elsewhere = 0; // scans that wait here of other checkpoints, which nobody sends from this one

  constructor(db, station, row) {
    this.db = db;
    this.station = station;
    this.row = row;
  }

  async seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.row.key, plain) };
  }

  async open({ iv, data }) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.row.key, data);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  // What was known when the page was open last; nothing where that is over.
  async read() {
    if (!this.row.head) return undefined;
    const buckets = await wait(this.db.transaction("people").objectStore("people").getAll(all(this.station)));
    const people = await Promise.all(buckets.map((one) => this.open(one)));
    return { head: await this.open(this.row.head), synced: this.row.synced, people: people.flat() };
  }

  // `people` are all of them; without `ids`, and after a write that failed, all are written, otherwise the buckets in
  // which these are.
  async write(head, people, ids) {
    if (ids) await this.touch(); // another tab may have wiped what was not changed
    const isWhole = !ids || !this.row.head;
    const touched = !isWhole && new Set([...ids].map((id) => id % BUCKETS));
    const buckets = new Map([...(touched || [])].map((at) => [at, []])); // also one whose last person is gone
    for (const one of people) {
      const at = one.id % BUCKETS;
      if (touched && !touched.has(at)) continue;
      if (!buckets.has(at)) buckets.set(at, []);
      buckets.get(at).push(one);
    }
    const rows = await Promise.all([...buckets].map(async ([at, those]) => [[this.station, at], await this.seal(those)]));
    const row = { key: this.row.key, synced: Date.now(), head: await this.seal(head) };
    this.row = { key: this.row.key }; // until it is written: a full storage must not keep a head without its people
    const transaction = this.db.transaction(["stations", "people"], "readwrite");
    if (isWhole) transaction.objectStore("people").delete(all(this.station));
    for (const [key, value] of rows) transaction.objectStore("people").put(value, key);
    transaction.objectStore("stations").put(row, this.station);
    await done(transaction);
    this.row = row;
  }

  async touch() {
    if (!this.row.head) return;
    const transaction = this.db.transaction("stations", "readwrite");
    const stations = transaction.objectStore("stations");
    let row = { key: this.row.key }; // where another tab has wiped it: a head without its people knows nobody for good
    stations.get(this.station).onsuccess = ({ target: { result } }) => {
      if (!result?.head) return;
      row = { ...result, synced: Date.now() };
      stations.put(row, this.station);
    };
    await done(transaction);
    this.row = row;
  }

  async forget() {
    this.row = { key: this.row.key, isClosed: this.isClosed };
    await this.forgetPeople();
  }

  async forgetPeople() {
    const transaction = this.db.transaction(["stations", "people"], "readwrite");
    transaction.objectStore("people").delete(all(this.station));
    transaction.objectStore("stations").put(this.row, this.station);
    await done(transaction);
  }

  // It is signed out without the network: nobody is known any more, and the server is told when it is there again.
  async close() {
    this.row = { key: this.row.key, isClosed: true };
    await this.forgetPeople();
  }

  get isClosed() {
    return Boolean(this.row.isClosed);
  }

  // Since when there is no network, as long as there is none.
  get lost() {
    return this.row.lost;
  }

  async lose(lost) {
    this.row = { ...this.row, lost };
    const transaction = this.db.transaction("stations", "readwrite");
    const stations = transaction.objectStore("stations");
    stations.get(this.station).onsuccess = ({ target: { result } }) => {
      if (result) stations.put({ ...result, lost }, this.station);
    };
    await done(transaction);
  }

  // It is signed out: nothing stays but scans that wait, and the key to them.
  async leave() {
    await forget(this.db, this.station);
  }

  // Scans in the order in which they were made; one that can't be read hides no other.
  async queued() {
    const queue = this.db.transaction("queue").objectStore("queue");
    const [keys, rows] = await Promise.all([wait(queue.getAllKeys(all(this.station))), wait(queue.getAll(all(this.station)))]);
    const read = await Promise.allSettled(rows.map((one) => this.open(one)));
    this.unreadable = keys.filter((_, at) => read[at].status === "rejected").map(([, nonce]) => nonce);
    const scans = read.filter((one) => one.status === "fulfilled").map((one) => one.value);
    return scans.sort((one, other) => one.at - other.at);
  }

  // What another device or account kept at this checkpoint, and what this one kept under another name, is sent from here.
  async takeOver(path, near) {
    const keys = await wait(this.db.transaction("queue").objectStore("queue").getAllKeys());
    const stations = keys.map(([station]) => station).filter((one) => one.startsWith(`${path} `) && one !== this.station);
    this.elsewhere = stations.filter((one) => !one.startsWith(near)).length;
    for (const station of new Set(stations.filter((one) => one.startsWith(near)))) await this.takeFrom(station);
  }

  async takeFrom(station) {
    const reading = this.db.transaction(["stations", "queue"]);
    const queue = reading.objectStore("queue");
    const [row, keys, rows] = await Promise.all([
      wait(reading.objectStore("stations").get(station)), wait(queue.getAllKeys(all(station))), wait(queue.getAll(all(station))),
    ]);
    const theirs = new Store(this.db, station, row ?? {});
    // One that can't be read comes along as it is, and is told of.
    const sealed = await Promise.all(rows.map((one) => theirs.open(one).then((scan) => this.seal({ ...scan, isTaken: true }), () => one)));
    const transaction = this.db.transaction(["stations", "queue"], "readwrite");
    if (!row?.head) transaction.objectStore("stations").delete(station); // the key was for these alone
    for (const [at, [, nonce]] of keys.entries()) {
      transaction.objectStore("queue").put(sealed[at], [this.station, nonce]);
      transaction.objectStore("queue").delete([station, nonce]);
    }
    await done(transaction);
  }

  async enqueue(scan) {
    const sealed = await this.seal(scan);
    const transaction = this.db.transaction(["stations", "queue"], "readwrite");
    const stations = transaction.objectStore("stations");
    transaction.objectStore("queue").put(sealed, [this.station, scan.nonce]);
    stations.get(this.station).onsuccess = ({ target: { result } }) => {
      if (!result) stations.put({ key: this.row.key }, this.station); // wiped by another tab: the key must outlive the page
    };
    await done(transaction);
  }

  async dequeue(nonces) {
    const transaction = this.db.transaction("queue", "readwrite");
    for (const nonce of nonces) transaction.objectStore("queue").delete([this.station, nonce]);
    await done(transaction);
  }
}

// For a browser that keeps nothing: as long as the page is open.
export class Memory {
  scans = new Map();
  unreadable = [];
  elsewhere = 0;
  isClosed = false;
  lost = undefined;

  async read() {
    return undefined;
  }

  async write() {}

  async touch() {}

  async forget() {}

  async close() {}

  async lose(lost) {
    this.lost = lost;
  }

  async leave() {
    this.scans.clear();
  }

  async queued() {
    return [...this.scans.values()];
  }

  async enqueue(scan) {
    this.scans.set(scan.nonce, scan);
  }

  async dequeue(nonces) {
    for (const nonce of nonces) this.scans.delete(nonce);
  }
}

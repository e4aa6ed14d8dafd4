// Who passes a checkpoint, as the server's rules have it (domain/checkin/rules.py): a table that both are asked from keeps
// them one. What does not depend on the time the server has decided before: what is wrong with somebody's place (`bar`),
// and why this checkpoint does not let them pass (`refused`).
"use strict";

const SPACES = /[ \-\t\r\n]/g;

// `person` and `code` are what the roster tells, or nothing where it does not know the code; times are milliseconds.
export function decide(person, code, asks, at) {
  if (!person) return "unknown";
  return dead(person, code) || closed(asks, at) || person.refused || "passed";
}

// What somebody does who may pass, and is inside already, outside again, or was never there. Where people come and go,
// who is inside since an earlier day has left without being scanned.
export function move({ presence, since }, { mode, zone }, direction, at) {
  if (direction === "out") return presence === "in" ? "out" : "not-in";
  if (!presence || (mode === "in-out" && (presence === "out" || isOfBefore(since, at, zone)))) return "passed";
  return "already-in";
}

// All of it: what a device tells whoever stands there. Whoever is inside may go, whatever is wrong with them or the hour;
// where people pass once there is no way out, whatever a page says that was opened when there was.
export function judge(person, code, asks, said, at) {
  const direction = asks.mode === "in-out" ? said : "in";
  const result = decide(person, code, asks, at);
  const leaves = direction === "out" && person?.presence === "in";
  if (result === "passed" || leaves) return move(person, asks, direction, at);
  return isInByWord(person, asks, at) ? "already-in" : result;
}

// Whoever the rules refuse and for whom somebody of the team stood.
function isInByWord(person, { zone }, at) {
  return Boolean(person?.is_by_word) && person.presence === "in" && !isOfBefore(person.since, at, zone);
}

export function letsThrough(result) {
  return result === "passed" || result === "out";
}

export function cleanCode(read) {
  return read.replace(SPACES, "").toUpperCase();
}

// A code that is known to be revoked is dead, whatever this device's clock says.
function dead(person, code) {
  if (!code.revokedAt) return person.bar;
  if (person.is_replaced) return "replaced";
  return person.bar || "old-code";
}

function isOfBefore(since, at, zone) {
  return Boolean(since) && dayOf(Date.parse(since), zone) < dayOf(at, zone);
}

const calendars = new Map();

// As 2023-05-22. A browser that does not know the zone goes by its own.
function dayOf(at, zone) {
  if (!calendars.has(zone)) calendars.set(zone, calendarOf(zone));
  return calendars.get(zone).format(at);
}

function calendarOf(timeZone) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
  try {
    return new Intl.DateTimeFormat("sv", { ...parts, timeZone });
  } catch {
    return new Intl.DateTimeFormat("sv", parts);
  }
}

function closed({ opens, closes }, at) {
  return (opens && at < opens) || (closes && at >= closes) ? "wrong-time" : undefined;
}

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

// What somebody does who may pass, and is inside already, outside again, or was never there.
export function move(presence, mode, direction) {
  if (direction === "out") return presence === "in" ? "out" : "not-in";
  if (!presence || (mode === "in-out" && presence === "out")) return "passed";
  return "already-in";
}

// All of it: what a device tells whoever stands there.
export function judge(person, code, asks, direction, at) {
  const result = decide(person, code, asks, at);
  return result === "passed" ? move(person.presence, asks.mode, direction) : result;
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

function closed({ opens, closes }, at) {
  return (opens && at < opens) || (closes && at >= closes) ? "wrong-time" : undefined;
}

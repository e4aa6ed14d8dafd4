// Where things stand in the timetable. Pure: wall times as text ("2023-05-22T09:00"), minutes from a day's midnight, and
// placements {start, end, startFold, endFold, zone, endZone, room, allRooms, minutes}, of which one that is not scheduled
// has no start. Times are those of the edition's clocks. A session that takes place in another zone keeps that: without a
// zone it is the edition's; without an end zone, that of the start.
"use strict";

const MINUTE = 60000;
export const DAY = 24 * 60;
const EARLIEST = 8 * 60;
const LATEST = 19 * 60;

const number = (wall) => Date.parse(`${wall.length > 10 ? wall.slice(0, 16) : `${wall}T00:00`}:00Z`) / MINUTE;

export const dayOf = (wall) => wall.slice(0, 10);

export const minuteOf = (wall, day) => number(wall) - number(day);

export const wallAt = (day, minute) => new Date((number(day) + minute) * MINUTE).toISOString().slice(0, 16);

export const dayAfter = (day, step = 1) => dayOf(wallAt(day, step * DAY));

// 24 hours and beyond are those of the next morning, for a dinner that ends at 00:30 is part of its evening.
export function clock(minute) {
  const within = ((minute % DAY) + DAY) % DAY;
  const two = (value) => String(value).padStart(2, "0");
  return `${two(Math.floor(within / 60))}:${two(within % 60)}`;
}

export const lengthOf = (place) => (place.start ? minuteOf(place.end, place.start) : place.minutes || 30);

// How far its box reaches, where `again` minutes are shown twice: a second 01:30 comes that much after the first.
export const reachOf = (place, again) => lengthOf(place) + (place.endFold === 1 && place.startFold !== 1 ? again : 0);

export const snapped = (minute, step) => Math.round(minute / step) * step;

// A session with its place in another one: what is left out of either is as usual.
export function movedTo(session, place) {
  const { start, end, startFold, endFold, zone, endZone, room, allRooms, minutes, ...others } = session;
  return { ...others, ...place };
}

export function placeOf(session) {
  const { start = null, end = null, startFold = null, endFold = null, zone = null, endZone = null } = session;
  const { room = null, allRooms = false, minutes = null } = session;
  return { start, end, startFold, endFold, zone, endZone, room, allRooms, minutes };
}

// What a move changes; how long something that is not scheduled is to be is no move of what is.
export function samePlace(one, other) {
  const times = ["start", "end", "startFold", "endFold", "zone", "endZone"];
  const parts = one.start ? [...times, "room", "allRooms"] : ["start", "room", "allRooms", "minutes"];
  return parts.every((part) => (one[part] ?? null) === (other[part] ?? null));
}

// The same length at another time of a day. A time that the clocks show twice is asked for anew.
export function placedAt(place, day, minute, room = place.room) {
  const length = lengthOf(place);
  const start = wallAt(day, minute);
  const end = wallAt(day, minute + length);
  const keeps = (fold, was, is) => (was === is ? fold : null);
  return {
    ...place, start, end, room: place.allRooms ? place.room : room,
    startFold: keeps(place.startFold, place.start, start), endFold: keeps(place.endFold, place.end, end),
  };
}

export function lasting(place, minutes) {
  if (!place.start) return { ...place, minutes };
  const end = new Date((number(place.start) + minutes) * MINUTE).toISOString().slice(0, 16);
  return { ...place, end, endFold: end === place.end ? place.endFold : null };
}

export const unscheduled = (place) => ({
  start: null, end: null, startFold: null, endFold: null, zone: null, endZone: null, room: null, allRooms: place.allRooms,
  minutes: lengthOf(place),
});

// The hours that are shown of a day: those of work, and all in which something is.
export function axisOf(spans) {
  const from = Math.min(EARLIEST, ...spans.map((span) => Math.floor(span.from / 60) * 60));
  const to = Math.max(LATEST, ...spans.map((span) => Math.ceil(span.to / 60) * 60));
  return { from, to: Math.max(to, from + 60) };
}

// Side by side what overlaps: by id, the lane it has, and how many there are where it stands. Half-open spans.
export function lanesOf(spans) {
  const found = new Map();
  let group = [];
  let until = -Infinity;
  const close = () => {
    const lanes = 1 + Math.max(-1, ...group.map((span) => found.get(span.id).lane));
    for (const span of group) found.get(span.id).lanes = lanes;
    group = [];
  };
  for (const span of [...spans].sort((a, b) => a.from - b.from || b.to - a.to || a.id - b.id)) {
    if (span.from >= until) close();
    const taken = new Set(group.filter((other) => other.to > span.from).map((other) => found.get(other.id).lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    found.set(span.id, { lane, lanes: 1 });
    group.push(span);
    until = Math.max(group.length === 1 ? -Infinity : until, span.to);
  }
  close();
  return found;
}

// The first time from `after` on at which nothing of `spans` stands in the way of `length` minutes.
export function firstFree(spans, length, after) {
  let at = after;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.to <= at) continue;
    if (span.from >= at + length) break;
    at = span.to;
  }
  return at;
}

// Where nobody is signed in, a station keeps nobody's name: neither the devices of this page nor, where an organizer has
// signed out, any station that was scanned at under an account.
import { wipeWhere } from "./checkin_store.js";

const { pathname } = location;
const isOfAccount = (key) => /-a\d+$/.test(key);
const isHere = (key) => key.startsWith(`${pathname} `);
wipeWhere(pathname.startsWith("/checkin/") ? isHere : isOfAccount).catch(() => undefined); // a browser may keep its storage to itself

// Where nobody is signed in, a station keeps nobody's name: neither the devices of this page, which has none any more, nor
// any station that was scanned at under an account. An organizer who is signed in may have one open beside it.
import { wipeWhere } from "./checkin_store.js";

const { pathname } = location;
const isNobody = !document.querySelector("[data-signed-in]");
const isOfAccount = (key) => /-a\d+$/.test(key);
const isDeviceHere = (key) => key.startsWith(`${pathname} `) && /-d\d+$/.test(key);
wipeWhere((key) => isDeviceHere(key) || (isNobody && isOfAccount(key))).catch(() => undefined); // a browser may keep its storage to itself

// Where nobody is signed in, a station keeps nobody's name: neither the devices of this page, which has none any more, nor
// any station that was scanned at under an account. An organizer who is signed in may have one open beside it. Scans that
// wait stay, and it is said how many.
import { countWaiting, wipeWhere } from "./checkin_store.js";

const { pathname } = location;
const isNobody = !document.querySelector("[data-signed-in]");
const isOfAccount = (key) => /-a\d+$/.test(key);
const isDeviceHere = (key) => key.startsWith(`${pathname} `) && /-d\d+$/.test(key);

async function tellWaiting() {
  const line = document.querySelector("[data-left]");
  const count = await countWaiting();
  if (!line || !count) return;
  line.textContent = line.dataset.left.replace("{count}", count);
  line.hidden = false;
}

// A browser may keep its storage to itself.
if ("indexedDB" in self) {
  wipeWhere((key) => isDeviceHere(key) || (isNobody && isOfAccount(key))).then(tellWaiting).catch(() => undefined);
}

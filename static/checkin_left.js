// Where nobody is signed in, a station keeps nobody's name.
import { wipeAt } from "./checkin_store.js";

wipeAt(location.pathname).catch(() => undefined); // a browser may keep its storage to itself

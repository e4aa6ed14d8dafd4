// A row's record opens beside the list, which stays as it is, where the window has room for both. Without this script,
// and in a narrow window, its link leads to a page that shows the same. The arrow keys lead from row to row, Escape back.
"use strict";

const PANEL_MS = 10000;
const WIDE = window.matchMedia("(min-width: 80rem)");

class Panel {
  constructor(work) {
    this.work = work;
    this.list = location.href;
    this.opened = null;
    work.addEventListener("click", (event) => this.clicked(event, event.target.closest("a[data-panel]")));
    work.addEventListener("keydown", (event) => this.moved(event, event.target.closest("a[data-panel]")));
    work.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    document.addEventListener("found", () => this.follow());
  }

  get links() {
    return [...this.work.querySelectorAll("a[data-panel]")];
  }

  // The list has other rows by now: the record stays open while its row is among them.
  follow() {
    this.list = location.href;
    if (!this.opened) return;
    const path = new URL(this.opened.href).pathname;
    const link = this.links.find((one) => new URL(one.href).pathname === path);
    if (!link) this.work.querySelector(".desk-aside")?.remove();
    this.mark(link || null);
  }

  clicked(event, link) {
    if (!link || !WIDE.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.open(link);
  }

  moved(event, link) {
    const step = link && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = step ? this.links : [];
    const next = links[links.indexOf(link) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (this.opened && WIDE.matches) this.open(next, false);
  }

  async open(link, enter = true) {
    this.asked = link;
    const address = new URL(link.href);
    address.searchParams.set("alone", "1");
    let panel = null;
    this.work.setAttribute("aria-busy", "true");
    try {
      const signal = AbortSignal.timeout(PANEL_MS);
      const response = await fetch(address, { credentials: "same-origin", cache: "no-store", signal });
      if (response.ok) panel = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".desk-aside");
    } catch {
      // The network is away; the page itself says so.
    }
    if (this.asked !== link) return; // someone went on meanwhile
    this.work.removeAttribute("aria-busy");
    if (!panel) {
      location.assign(link.href);
      return;
    }
    this.work.querySelector(".desk-aside")?.remove();
    this.work.append(panel);
    this.mark(link);
    panel.tabIndex = -1;
    if (enter) panel.focus({ preventScroll: true });
    history.replaceState(null, "", link.href);
  }

  close() {
    if (!this.opened) return;
    this.work.querySelector(".desk-aside")?.remove();
    const link = this.opened;
    this.mark(null);
    link.focus();
    history.replaceState(null, "", this.list);
  }

  mark(link) {
    for (const one of this.links) {
      const chosen = one === link;
      one.closest("tr").classList.toggle("is-chosen", chosen);
      if (chosen) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    this.opened = link;
  }
}

new Panel(document.querySelector(".desk-work"));

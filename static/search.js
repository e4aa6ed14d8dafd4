// While one types, the list follows, and so does its address, which can be shared. Without this script, and where the
// network is away, the button sends the form.
"use strict";

const PAUSE_MS = 200;
const SEARCH_MS = 10000;

class Search {
  constructor(form) {
    this.form = form;
    this.told = document.querySelector("[data-found-told]");
    const input = form.querySelector("input[type=search]");
    // What is being composed, as pinyin before its characters, is no word yet.
    input.addEventListener("input", (event) => { if (!event.isComposing) this.later(); });
    input.addEventListener("compositionend", () => this.later());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), PAUSE_MS);
  }

  address() {
    const address = new URL(this.form.action);
    for (const [name, value] of new FormData(this.form)) if (value) address.searchParams.append(name, value);
    return address.href;
  }

  async find() {
    const address = this.address();
    this.asked = address;
    document.querySelector("[data-found]").setAttribute("aria-busy", "true");
    let page = null;
    try {
      const signal = AbortSignal.timeout(SEARCH_MS);
      const response = await fetch(address, { credentials: "same-origin", cache: "no-store", signal });
      if (response.ok) page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      // Told below.
    }
    if (this.asked !== address) return; // someone typed on meanwhile
    const found = page?.querySelector("[data-found]");
    this.told.className = found ? "visually-hidden" : "alert alert-warn";
    if (!found) {
      this.told.textContent = this.told.dataset.failed;
      document.querySelector("[data-found]").removeAttribute("aria-busy");
      return;
    }
    document.querySelector("[data-found]").replaceWith(found);
    document.querySelector(".desk-actions").replaceWith(page.querySelector(".desk-actions"));
    this.told.textContent = found.dataset.found;
    history.replaceState(null, "", address);
    document.dispatchEvent(new CustomEvent("found"));
  }
}

if (document.querySelector("[data-found]")) new Search(document.querySelector(".list-filters"));

// Suggestions while one types: for a record of many (data-combobox) and for texts in two languages (data-suggests).
// Without this script the form is sent with what was typed, and the server looks for it.
"use strict";

const PAUSE = 120; // milliseconds without a key after which the server is asked
const SUGGESTIONS_MS = 10000; // after which they have failed

class Suggestions {
  constructor(input, { url, words, choose, typed }) {
    Object.assign(this, { input, url, words, choose, typed, items: [], active: -1, asked: 0 });
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `s-${input.id}`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    this.list.setAttribute("aria-label", label.textContent.trim());
    this.told = document.createElement("p");
    this.told.className = "visually-hidden";
    this.told.setAttribute("role", "status");
    const frame = document.createElement("div");
    frame.className = "combobox";
    input.replaceWith(frame);
    frame.append(input, this.list, this.told);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off",
    })) input.setAttribute(name, value);
    input.addEventListener("input", (event) => event.isComposing || this.type());
    input.addEventListener("compositionend", () => this.type());
    input.addEventListener("keydown", (event) => event.isComposing || this.key(event));
    input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  type() {
    this.typed?.();
    this.offer();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked += 1;
    const mine = this.asked;
    if (!text) return this.close();
    if (this.list.hidden || !this.items.length) this.state(this.words.loading);
    try {
      const address = `${this.url}?q=${encodeURIComponent(text)}`;
      const response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(SUGGESTIONS_MS) });
      if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
      const { items } = await response.json();
      if (mine === this.asked && document.activeElement === this.input) this.show(items, text);
    } catch {
      if (mine === this.asked && document.activeElement === this.input) this.state(this.words.failed); // what is typed stays
    }
  }

  show(items, text) {
    this.items = this.words.add ? [...items, this.added(text)] : items;
    this.list.replaceChildren(...this.items.map((item, at) => this.option(item, at)));
    this.told.textContent = items.length ? this.words.some.replace("{count}", items.length) : this.words.none;
    if (!this.items.length) {
      this.note(this.words.none);
    }
    this.mark(-1);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(this.items.length > 0));
  }

  note(words) {
    const line = document.createElement("li");
    line.className = "muted";
    line.setAttribute("role", "presentation");
    line.textContent = words;
    this.list.append(line);
  }

  // Loading or failed: a line in place of suggestions, which is never "nothing found".
  state(words) {
    this.items = [];
    this.list.replaceChildren();
    this.note(words);
    this.told.textContent = words;
    this.mark(-1);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "false");
  }

  added(text) {
    return { id: "new", label: text, shown: this.words.add.replace("{text}", text) };
  }

  // Until the server has answered, what is added is what stands in the input now, not what stood there when it was asked.
  offer() {
    const last = this.items.length - 1;
    if (this.list.hidden || this.items[last]?.id !== "new") return;
    this.items[last] = this.added(this.input.value.trim());
    this.list.lastElementChild.textContent = this.items[last].shown;
  }

  option(item, at) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `${this.list.id}-${at}`;
    option.textContent = item.shown || item.label;
    if (item.note) {
      const note = document.createElement("span");
      note.className = "choice-help";
      note.textContent = item.note;
      option.append(note);
    }
    return option;
  }

  mark(at) {
    this.active = at;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    const option = this.list.children[at];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const open = !this.list.hidden && this.items.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !open) {
      event.preventDefault();
      this.ask();
    } else if (step) {
      event.preventDefault();
      const places = this.items.length + 1; // one of them is the input itself
      this.mark(((this.active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  take(at) {
    this.choose(this.items[at]);
    this.close();
  }

  // Who typed a name to its end has chosen it, unless two have it.
  leave() {
    const same = this.items.filter((item) => item.id !== "new" && item.label === this.input.value.trim());
    if (!this.list.hidden && same.length === 1) this.choose(same[0]);
    this.close();
  }

  close() {
    clearTimeout(this.waiting);
    this.asked += 1;
    this.list.hidden = true;
    this.items = [];
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}

// The id of what is chosen stands in a hidden input, or among those that the server asked about.
function setUpCombobox(field) {
  const { combobox: url, none, some, add, loading, failed } = field.dataset;
  const input = field.querySelector("input[type=text]");
  const name = input.name.replace(/\.text$/, "");
  let chosen = field.querySelector("input[type=hidden]");
  const meant = field.querySelector(".combobox-meant");
  const single = () => {
    if (chosen) return;
    meant.remove();
    chosen = Object.assign(document.createElement("input"), { type: "hidden", name });
    field.append(chosen);
  };
  const suggestions = new Suggestions(input, {
    url,
    words: { none, some, add, loading, failed },
    choose(item) {
      single();
      input.value = item.label;
      chosen.value = item.id;
      mark();
      input.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: item }));
    },
    typed() {
      single();
      chosen.value = "";
      mark();
    },
  });
  const mark = () => suggestions.input.parentElement.classList.toggle("is-chosen", Boolean(chosen?.value));
  mark();
}

// A known text in both languages fills both rows, by a choice and never by itself.
function setUpTexts(field) {
  const { suggests: url, none, some, loading, failed } = field.dataset;
  const rows = [...field.querySelectorAll("input[type=text]")];
  for (const input of rows) {
    const choose = ({ texts }) => {
      if (rows.length === 1) rows[0].value = texts[document.documentElement.lang] || Object.values(texts)[0];
      else for (const row of rows) row.value = texts[row.lang] || row.value;
    };
    new Suggestions(input, { url, words: { none, some, loading, failed }, choose });
  }
}

for (const field of document.querySelectorAll("[data-combobox]")) setUpCombobox(field);
for (const field of document.querySelectorAll("[data-suggests]")) setUpTexts(field);

// Lists in an order that people set: dragged by a handle, moved by its arrow keys or by the buttons beside it, and saved
// by the form's own button. Without this script each of the buttons is sent at once. A list within a larger form has no
// button of its own: its rows are sent as they stand.
"use strict";

const EDGE = 64; // pixels from the window's edge at which a drag scrolls

class OrderForm {
  constructor(form) {
    this.form = form;
    this.lists = [...document.querySelectorAll(`[data-order-list="${form.id}"]`)];
    this.saved = this.lists.map((list) => [...list.children]);
    this.bar = form.querySelector("[data-order-save]");
    this.told = form.querySelector("[data-order-told]");
    this.changed = false;
    for (const hint of form.querySelectorAll("[data-order-help], [data-order-changed], [data-order-reset]")) hint.hidden = false;
    if (this.bar) {
      form.querySelector("[data-order-reset]").addEventListener("click", () => this.reset());
      form.addEventListener("submit", () => { this.changed = false; });
      window.addEventListener("beforeunload", (event) => { if (this.changed) event.preventDefault(); });
    }
    for (const list of this.lists) {
      for (const item of list.children) this.setUp(list, item);
      list.addEventListener("order-added", (event) => { this.setUp(list, event.target); this.note(true); });
    }
  }

  setUp(list, item) {
    const handle = item.querySelector("[data-order-handle]");
    handle.hidden = false;
    handle.addEventListener("keydown", (event) => this.key(event, list, item, handle));
    handle.addEventListener("pointerdown", (event) => this.drag(event, list, item, handle));
    for (const button of item.querySelectorAll(".order-step")) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        this.move(list, item, [...list.children].indexOf(item) + (button.name === "up" ? -1 : 1));
        (button.disabled ? handle : button).focus();
      });
    }
  }

  key(event, list, item, handle) {
    const now = [...list.children].indexOf(item);
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: list.children.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.move(list, item, to);
    handle.focus();
  }

  // The list stays as it is while a row is dragged; a line shows where it will go.
  drag(event, list, item, handle) {
    if (event.button) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    item.classList.add("is-dragged");
    const others = [...list.children].filter((one) => one !== item);
    let to = null;
    const mark = (name, on) => others.forEach((one, place) => one.classList.toggle(name, on(place)));
    const over = (moved) => {
      if (moved.clientY < EDGE) window.scrollBy(0, -12);
      if (moved.clientY > window.innerHeight - EDGE) window.scrollBy(0, 12);
      to = others.filter((one) => middle(one) < moved.clientY).length;
      mark("is-after-drop", (place) => place === to);
      mark("is-before-drop", (place) => to === others.length && place === to - 1);
    };
    const end = (drop) => {
      for (const [name, what] of Object.entries(listeners)) handle.removeEventListener(name, what);
      item.classList.remove("is-dragged");
      mark("is-after-drop", () => false);
      mark("is-before-drop", () => false);
      if (drop && to !== null) this.move(list, item, to);
      handle.focus();
    };
    const listeners = {
      pointermove: over,
      pointerup: () => end(true),
      pointercancel: () => end(false),
      keydown: (pressed) => { if (pressed.key === "Escape") end(false); },
    };
    for (const [name, what] of Object.entries(listeners)) handle.addEventListener(name, what);
  }

  move(list, item, wanted) {
    const others = [...list.children].filter((one) => one !== item);
    const to = Math.min(Math.max(wanted, 0), others.length);
    if ([...list.children].indexOf(item) !== to) {
      list.insertBefore(item, others[to] || null);
      this.note(true);
      item.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const words = { name: item.querySelector("[data-order-handle]").dataset.orderHandle, place: to + 1, total: list.children.length };
    this.told.textContent = this.told.dataset.orderTold.replace(/\{(\w+)\}/g, (_all, word) => words[word]);
  }

  note(changed) {
    this.changed = changed;
    if (this.bar) this.bar.hidden = !changed;
    for (const list of this.lists) {
      [...list.children].forEach((item, place) => {
        item.querySelector("[name=up]").disabled = place === 0;
        item.querySelector("[name=down]").disabled = place === list.children.length - 1;
      });
    }
  }

  reset() {
    this.lists.forEach((list, number) => list.append(...this.saved[number]));
    this.note(false);
    this.lists[0]?.querySelector("[data-order-handle]")?.focus();
  }
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}

for (const form of document.querySelectorAll("[data-order]")) new OrderForm(form);

// The designer of badges: boxes are moved and resized on the badge itself, by pointer or by keys, and what is typed is
// shown on badges of real people as it will print. All of it stands in the form's own fields: the form alone is saved,
// and works without this script.
"use strict";

const SETTLE_MS = 400; // between the last change and asking how it looks
const LOOK_MS = 30000; // drawing may wait for another one
const STEP = 1, SMALL = 0.1, SMALLEST = 0.5; // millimetres
const KEPT = 100; // changes that can be taken back
const CORNERS = [["x", "y"], ["w", "y"], ["x", "h"], ["w", "h"]];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Designer {
  constructor(form) {
    this.form = form;
    this.stage = document.querySelector("[data-stage]");
    this.looked = document.querySelector("[data-looked]");
    this.told = document.querySelector("[data-told]");
    this.tools = document.querySelector("[data-tools]");
    this.undo = this.tools.querySelector("[data-undo]");
    this.redo = this.tools.querySelector("[data-redo]");
    this.past = [];
    this.future = [];
    this.stands = this.values();
    this.opened = this.stands;
    this.stage.hidden = this.tools.hidden = false;
    form.addEventListener("change", (event) => (event.target.name.startsWith("logo") ? this.settle() : this.note()));
    form.addEventListener("input", () => this.draw());
    form.addEventListener("submit", () => { this.sent = true; });
    window.addEventListener("beforeunload", (event) => { if (!this.sent && this.values() !== this.opened) event.preventDefault(); });
    document.addEventListener("keydown", (event) => this.shortcut(event));
    this.undo.addEventListener("click", () => this.step(this.past, this.future, form.dataset.undone));
    this.redo.addEventListener("click", () => this.step(this.future, this.past, form.dataset.redone));
    for (const input of form.querySelectorAll("input[name^='colors.']")) this.picker(input);
    this.boxes = [...form.querySelectorAll("[data-box]")].map((part) => this.setUp(part));
    this.draw();
  }

  field(name) { return this.form.elements.namedItem(name); }
  number(name) { return Number(this.field(name).value) || 0; }

  // All that the form says, but for what it is based on: files are not taken back.
  values() {
    const controls = [...this.form.elements].filter((one) => one.name && one.id && !["hidden", "file", "submit"].includes(one.type));
    return JSON.stringify(controls.map((one) => [one.id, one.type === "checkbox" ? one.checked : one.value]));
  }

  put(values) {
    for (const [id, value] of JSON.parse(values)) {
      const one = document.getElementById(id);
      if (one && one.type === "checkbox") one.checked = value;
      else if (one) one.value = value;
    }
  }

  note() {
    const now = this.values();
    if (now === this.stands) return;
    this.past.push(this.stands);
    if (this.past.length > KEPT) this.past.shift();
    this.future = [];
    this.stands = now;
    this.settle();
  }

  step(from, to, said) {
    if (!from.length) return;
    to.push(this.stands);
    this.stands = from.pop();
    this.put(this.stands);
    this.told.textContent = said;
    this.settle();
  }

  shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input, textarea")) return;
    event.preventDefault();
    (event.shiftKey ? this.redo : this.undo).click();
  }

  settle() {
    this.undo.disabled = !this.past.length;
    this.redo.disabled = !this.future.length;
    this.draw();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look().catch(() => this.showLook(true)), SETTLE_MS);
  }

  showLook(failed) {
    this.looked.removeAttribute("aria-busy");
    document.querySelector("[data-look-failed]").hidden = !failed;
  }

  async look() {
    const asked = (this.asked = {});
    this.looked.setAttribute("aria-busy", "true");
    const typed = new FormData(this.form);
    const file = this.field("logo").files[0] || null;
    if (file && file === this.sent_logo && this.kept) { // it waits there already
      typed.delete("logo");
      typed.set("logo.kept", this.kept);
    }
    const signal = AbortSignal.timeout(LOOK_MS);
    const send = fetch(this.form.dataset.look, { method: "POST", body: typed, credentials: "same-origin", signal });
    const response = await send.catch(() => null);
    if (asked !== this.asked) return;
    if (!response?.ok || response.redirected) throw new Error(`status ${response?.status}`);
    const told = new DOMParser().parseFromString(await response.text(), "text/html");
    if (asked !== this.asked) return;
    const kept = told.querySelector("[data-kept]");
    if (kept) { this.sent_logo = file; this.kept = kept.dataset.kept; }
    this.looked.replaceChildren(...told.body.childNodes);
    this.showLook(false);
    this.draw();
  }

  setUp(part) {
    const number = part.dataset.box;
    const button = document.createElement("button");
    button.type = "button";
    const name = part.querySelector("summary").firstChild.textContent.trim();
    const box = { number, button, name, part };
    button.addEventListener("keydown", (event) => this.key(event, box));
    button.addEventListener("pointerdown", (event) => this.drag(event, box, null));
    button.addEventListener("dblclick", () => this.open(box));
    for (const corner of CORNERS) {
      const handle = document.createElement("span");
      handle.style.left = corner[0] === "x" ? "0" : "100%";
      handle.style.top = corner[1] === "y" ? "0" : "100%";
      handle.addEventListener("pointerdown", (event) => { event.stopPropagation(); this.drag(event, box, corner); });
      button.append(handle);
    }
    this.stage.append(button);
    return box;
  }

  // A picker beside a color that is typed, for pointers: what it says stands in the field.
  picker(input) {
    const picker = document.createElement("input");
    picker.type = "color";
    picker.className = "designer-color";
    picker.setAttribute("aria-label", input.labels[0].textContent);
    picker.value = input.value || "#ffffff";
    picker.addEventListener("input", () => { input.value = picker.value; });
    input.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(input.value)) picker.value = input.value; });
    input.after(picker);
  }

  open(box) {
    box.part.open = true;
    box.part.scrollIntoView({ block: "nearest" });
    box.part.querySelector("summary").focus();
  }

  // Gone once it is saved; until then it can be taken back.
  remove(box) {
    this.field(`boxes.${box.number}.gone`).checked = true;
    this.told.textContent = this.words(this.form.dataset.gone, box);
    this.note();
    (this.stage.querySelector("button:not([hidden])") || this.undo).focus();
  }

  place(box) {
    const at = (name) => this.number(`boxes.${box.number}.${name}`);
    return { x: at("x"), y: at("y"), w: at("w"), h: at("h") };
  }

  face() { return { width: this.number("width") || 1, height: this.number("height") || 1 }; }

  draw() {
    const { width, height } = this.face();
    this.stage.style.aspectRatio = `${width} / ${height}`;
    const image = this.looked.querySelector("img");
    if (image) this.show(image, width, height);
    for (const box of this.boxes) {
      const { x, y, w, h } = this.place(box);
      const gone = this.field(`boxes.${box.number}.gone`).checked;
      box.button.hidden = gone || !this.field(`boxes.${box.number}.shown`).checked;
      box.part.classList.toggle("is-gone", gone);
      Object.assign(box.button.style, { left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%`, width: `${(100 * w) / width}%`, height: `${(100 * h) / height}%` });
      box.button.setAttribute("aria-label", this.words(this.form.dataset.moved, box) + ". " + this.words(this.form.dataset.resized, box));
    }
  }

  // The first badge behind the boxes: of one that is folded, its front, which lies below the back or to its left.
  show(image, width, height) {
    const high = image.height * (width / image.width) > 1.5 * height, wide = image.width * (height / image.height) > 1.5 * width;
    Object.assign(this.stage.style, {
      backgroundImage: `url("${image.getAttribute("src")}")`,
      backgroundSize: high ? "100% 200%" : wide ? "200% 100%" : "100% 100%",
      backgroundPosition: high ? "left bottom" : "left top",
    });
  }

  words(text, box) {
    const place = this.place(box);
    return text.replace(/\{(\w+)\}/g, (_all, key) => (key === "box" ? box.name : String(place[key])));
  }

  // Within the face; a code stays square.
  change(box, wanted) {
    const { width, height } = this.face();
    const place = { ...this.place(box), ...wanted };
    const keep = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
    if (box.part.dataset.kind === "qr" && ("w" in wanted || "h" in wanted)) {
      place.w = place.h = keep(Math.max(place.w, place.h), SMALLEST, Math.min(width - place.x, height - place.y));
    }
    place.w = keep(place.w, SMALLEST, width);
    place.h = keep(place.h, SMALLEST, height);
    place.x = keep(place.x, 0, width - place.w);
    place.y = keep(place.y, 0, height - place.h);
    for (const [name, value] of Object.entries(place)) this.field(`boxes.${box.number}.${name}`).value = String(Math.round(value * 10) / 10);
    this.draw();
  }

  key(event, box) {
    if (event.key === "Enter") { event.preventDefault(); this.open(box); return; }
    if (event.key === "Delete") { event.preventDefault(); this.remove(box); return; }
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const step = event.altKey ? SMALL : STEP;
    const place = this.place(box);
    const [across, down] = arrow.map((one) => one * step);
    this.change(box, event.shiftKey ? { w: place.w + across, h: place.h + down } : { x: place.x + across, y: place.y + down });
    this.told.textContent = this.words(event.shiftKey ? this.form.dataset.resized : this.form.dataset.moved, box);
    this.note();
  }

  drag(event, box, corner) {
    if (event.button) return;
    event.preventDefault();
    box.button.focus();
    const target = event.target;
    target.setPointerCapture(event.pointerId);
    const from = this.place(box);
    const shown = this.stage.getBoundingClientRect();
    const each = this.face().width / shown.width;
    const move = (moved) => {
      const across = (moved.clientX - event.clientX) * each, down = (moved.clientY - event.clientY) * each;
      if (!corner) { this.change(box, { x: from.x + across, y: from.y + down }); return; }
      const wanted = {};
      if (corner[0] === "x") { wanted.x = Math.min(Math.max(0, from.x + across), from.x + from.w - SMALLEST); wanted.w = from.x + from.w - wanted.x; }
      else wanted.w = from.w + across;
      if (corner[1] === "y") { wanted.y = Math.min(Math.max(0, from.y + down), from.y + from.h - SMALLEST); wanted.h = from.y + from.h - wanted.y; }
      else wanted.h = from.h + down;
      this.change(box, wanted);
    };
    const end = (kept) => {
      for (const [name, what] of Object.entries(listeners)) target.removeEventListener(name, what);
      box.button.removeEventListener("keydown", escape);
      if (!kept) this.change(box, from);
      this.told.textContent = this.words(corner ? this.form.dataset.resized : this.form.dataset.moved, box);
      this.note();
    };
    const escape = (pressed) => { if (pressed.key === "Escape") end(false); };
    const listeners = { pointermove: move, pointerup: () => end(true), pointercancel: () => end(false) };
    box.button.addEventListener("keydown", escape);
    for (const [name, what] of Object.entries(listeners)) target.addEventListener(name, what);
  }
}

for (const form of document.querySelectorAll("[data-designer]")) {
  if (!form.querySelector("fieldset:disabled")) new Designer(form);
}

// Shows the picture that is chosen in a form, upright as it will be saved. Where its shape is given, the part that is
// wanted is chosen by dragging the picture under its frame, by the wheel, or by sliders, which keys move too.
"use strict";

const FARTHEST = 4; // times

class PictureField {
  constructor(input) {
    this.input = input;
    this.aspect = Number(input.dataset.picture) || null;
    this.box = input.closest("fieldset").querySelector("[data-picture-crop]");
    this.canvas = this.box.querySelector("canvas");
    this.plain = input.closest("fieldset").querySelector("[data-picture-plain]");
    this.sliders = Object.fromEntries([...this.box.querySelectorAll("[data-picture-slider]")].map((one) => [one.dataset.pictureSlider, one]));
    this.image = null;
    input.addEventListener("change", () => this.choose());
    for (const slider of Object.values(this.sliders)) slider.addEventListener("input", () => this.draw());
    if (this.aspect) this.setUpPointer();
    this.choose();
  }

  async choose() {
    const file = this.input.files[0];
    this.image = null;
    for (const [name, slider] of Object.entries(this.sliders)) slider.value = name === "zoom" ? 0 : 50;
    const isTooLarge = file && file.size > Number(this.input.dataset.pictureMost);
    this.input.setCustomValidity(isTooLarge ? this.input.dataset.pictureTooLarge : "");
    if (isTooLarge) this.input.reportValidity();
    try {
      // A drawing is not shown before it was looked through: a small one can take hours to draw.
      if (file && !isTooLarge && file.type !== "image/svg+xml") this.image = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      // No picture: the server says why.
    }
    this.box.hidden = !this.image;
    if (this.plain) this.plain.hidden = Boolean(this.image);
    this.draw();
  }

  // The part of the picture that is wanted, in its own pixels.
  part() {
    const { width, height } = this.image;
    if (!this.aspect) return { left: 0, top: 0, width, height };
    const zoom = FARTHEST ** (this.sliders.zoom.value / 100);
    const wide = Math.min(width, height * this.aspect) / zoom;
    const high = wide / this.aspect;
    const left = ((width - wide) * this.sliders.across.value) / 100;
    const top = ((height - high) * this.sliders.down.value) / 100;
    return { left, top, width: wide, height: high };
  }

  draw() {
    const hidden = this.box.querySelectorAll("[data-picture-part]");
    if (!this.image) {
      for (const one of hidden) one.value = "";
      return;
    }
    const part = this.part();
    const scale = 320 / Math.max(part.width, part.height);
    this.canvas.width = Math.max(1, Math.round(part.width * scale));
    this.canvas.height = Math.max(1, Math.round(part.height * scale));
    const brush = this.canvas.getContext("2d");
    brush.drawImage(this.image, part.left, part.top, part.width, part.height, 0, 0, this.canvas.width, this.canvas.height);
    const whole = { left: this.image.width, width: this.image.width, top: this.image.height, height: this.image.height };
    for (const one of hidden) one.value = (part[one.dataset.picturePart] / whole[one.dataset.picturePart]).toFixed(6);
  }

  setUpPointer() {
    let last = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      last = event;
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!last || !this.image) return;
      const part = this.part();
      const pixels = part.width / this.canvas.clientWidth;
      this.shift("across", (last.clientX - event.clientX) * pixels, this.image.width - part.width);
      this.shift("down", (last.clientY - event.clientY) * pixels, this.image.height - part.height);
      last = event;
      this.draw();
    });
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { last = null; });
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.sliders.zoom.value = Number(this.sliders.zoom.value) - Math.sign(event.deltaY) * 5;
      this.draw();
    }, { passive: false });
  }

  shift(name, pixels, room) {
    const slider = this.sliders[name];
    if (room > 0) slider.value = Number(slider.value) + (pixels / room) * 100;
  }
}

for (const input of document.querySelectorAll("[data-picture]")) new PictureField(input);

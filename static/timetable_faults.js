// What could not be saved, in words beside the box that was put back, until it is read or the box is moved again.
"use strict";

import { make } from "./timetable_grid.js";

export class Faults {
  constructor(place, words) {
    this.place = place; // where there is no box in sight
    this.words = words;
    this.told = new Map();
  }

  // `does`: [[label, function]], what can be done about it.
  tell(id, text, does = []) {
    this.clear(id);
    const element = make("div", "tt-fault");
    element.dataset.fault = id;
    element.setAttribute("role", "alert");
    element.append(make("p", "", text));
    const row = element.appendChild(make("p", "tt-ways"));
    for (const [label, what] of [...does, [this.words.close, null]]) {
      const button = row.appendChild(make("button", "btn btn-small", label));
      button.type = "button";
      button.addEventListener("click", () => {
        this.clear(id);
        if (what) what();
        else document.querySelector(`.timetable [data-id="${id}"]`)?.focus();
      });
    }
    this.told.set(id, element);
  }

  clear(id) {
    this.told.get(id)?.remove();
    this.told.delete(id);
  }

  // `beside` puts an element beside a box, if that one is drawn. Once, what is told comes into sight: the box may have
  // gone back to where nobody looks.
  draw(beside) {
    for (const [id, element] of this.told) {
      if (!beside(id, element) && element.parentElement !== this.place) {
        element.style.top = "";
        this.place.append(element);
      }
      if (element.dataset.seen) continue;
      element.dataset.seen = "1";
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
}

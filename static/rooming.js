// Hotel rooms: whoever is dragged onto a room is given it, together with all who are ticked if they are one of these.
// Without this script, and by keyboard, people are ticked and the room is chosen by its button or in the form.
"use strict";

const form = document.querySelector("[data-rooming]");
if (form) {
  for (const one of document.querySelectorAll("[data-person]")) {
    one.draggable = true;
    one.addEventListener("dragstart", (event) => {
      const box = one.querySelector("input");
      if (!box.checked) {
        for (const other of document.querySelectorAll("[data-person] input:checked")) other.checked = false;
        box.checked = true;
      }
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", one.textContent.trim());
    });
  }
  for (const room of document.querySelectorAll("[data-room]")) {
    room.addEventListener("dragover", (event) => { event.preventDefault(); room.classList.add("is-over"); });
    room.addEventListener("dragleave", () => room.classList.remove("is-over"));
    room.addEventListener("drop", (event) => {
      event.preventDefault();
      form.elements.room_id.value = room.dataset.room;
      form.submit();
    });
  }
}

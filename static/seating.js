// Seats of a plan: whoever is dragged onto a seat takes it, and who sat there takes the one that is left. Without this
// script, and by keyboard, they are taken in hand by their link and put down by a button.
"use strict";

const form = document.querySelector("[data-seating]");
if (form) {
  for (const one of document.querySelectorAll("[data-hand], [data-person]")) {
    one.draggable = true;
    one.addEventListener("dragstart", (event) => {
      form.elements.hand.value = one.dataset.hand || "";
      form.elements.person.value = one.dataset.person || "";
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", one.textContent.trim());
    });
  }
  for (const seat of document.querySelectorAll("[data-seat]")) {
    seat.addEventListener("dragover", (event) => { event.preventDefault(); seat.classList.add("is-over"); });
    seat.addEventListener("dragleave", () => seat.classList.remove("is-over"));
    seat.addEventListener("drop", (event) => {
      event.preventDefault();
      if (seat.dataset.seat === form.elements.hand.value) return;
      form.elements.to.value = seat.dataset.seat;
      form.submit();
    });
  }
}

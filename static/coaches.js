// Seats in coaches: whoever is dragged onto a coach, with all who are ticked, gets a seat there. Without this script,
// and by keyboard, people are ticked and seated by the button of the coach, which this presses as well.
"use strict";

const form = document.querySelector("[data-coaches]");
if (form) {
  for (const one of document.querySelectorAll("[data-rider]")) {
    one.draggable = true;
    one.addEventListener("dragstart", (event) => {
      one.querySelector("input").checked = true;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", one.textContent.trim());
    });
  }
  for (const run of document.querySelectorAll("[data-run]")) {
    const button = run.querySelector("button[name=coach_run_id]");
    if (!button || button.disabled) continue;
    run.addEventListener("dragover", (event) => { event.preventDefault(); run.classList.add("is-over"); });
    run.addEventListener("dragleave", (event) => { if (!run.contains(event.relatedTarget)) run.classList.remove("is-over"); });
    run.addEventListener("drop", (event) => {
      event.preventDefault();
      form.requestSubmit(button);
    });
  }
}

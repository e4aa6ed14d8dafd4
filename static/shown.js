// What is asked only of those who have answered something else, shown and hidden while they answer. What is hidden is
// not sent. Without this script all is in sight, and the server decides the same.
"use strict";

function answersTo(form, name) {
  const controls = [...form.elements].filter((one) => one.name === name && !one.disabled);
  const chosen = controls.filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked);
  return chosen.map((one) => one.value);
}

// Of one that is hidden, all controls are disabled; what was typed stays, should it be shown again.
function show(part, wanted) {
  part.hidden = !wanted;
  for (const control of part.querySelectorAll("input, select, textarea, button")) {
    const within = control.closest("[data-shown-if][hidden]");
    control.disabled = Boolean(within);
  }
}

function decide(form, parts) {
  // What is hidden decides nothing, so that one may hide the next: no more rounds than parts.
  for (let round = 0; round <= parts.length; round += 1) {
    let changed = false;
    for (const [part, rules] of parts) {
      const wanted = rules.every((rule) => answersTo(form, rule.name).some((answer) => rule.is.includes(answer)));
      if (wanted === part.hidden) {
        show(part, wanted);
        changed = true;
      }
    }
    if (!changed) return;
  }
}

function follow() {
  for (const form of document.querySelectorAll("form:not([data-shown])")) {
    form.dataset.shown = "";
    const parts = [...form.querySelectorAll("[data-shown-if]")].map((part) => [part, JSON.parse(part.dataset.shownIf)]);
    if (!parts.length) continue;
    for (const hint of form.querySelectorAll("[data-only-if]")) hint.hidden = true;
    form.addEventListener("change", () => decide(form, parts));
    decide(form, parts);
  }
}

follow();
document.addEventListener("counter", follow); // a page of the desk that was put in place
document.addEventListener("found", follow); // a list that was searched

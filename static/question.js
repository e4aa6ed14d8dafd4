// Writing a question: its preview follows what is typed, and rows for options are added at once. Without this script
// the buttons over the preview fill it, and the page comes again with another row.
"use strict";

const REST = 400; // milliseconds without a key

const form = document.getElementById("question");
const buttons = [...document.querySelectorAll("[data-preview]")];

function followTyping() {
  let last = buttons.find((button) => button.dataset.preview) || buttons[0];
  let waiting = 0;
  for (const button of buttons) button.addEventListener("click", () => { last = button; });
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(last), REST);
  };
  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => { if (!buttons.includes(event.submitter)) clearTimeout(waiting); });
  form.requestSubmit(last);
}

function addRows(list) {
  const button = document.querySelector("[data-add-option]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const row = list.lastElementChild.cloneNode(true);
    const number = list.children.length + 1;
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      if (input.id) input.id = input.id.replace(/\d+$/, number);
    }
    for (const label of row.querySelectorAll("label")) label.htmlFor = label.htmlFor.replace(/\d+$/, number);
    list.append(row);
    row.dispatchEvent(new Event("order-added", { bubbles: true }));
    row.querySelector("input:not([type=hidden])").focus();
  });
}

if (form && buttons.length) followTyping();
for (const list of document.querySelectorAll("[data-options]")) addRows(list);

// A hand scanner types wherever the keyboard is: what it reads belongs in the box, and must press nothing else.
const box = document.querySelector("[data-scan]").elements.code;
// Where letters are wanted; in the list of those who authorize they lead to a name.
const TYPED_IN = "input:not([type=radio]), textarea, .scan-force select";
const CHOICES = ".scan-people button, [data-silent], .camera button, .alone button";
const LISTED = ".scan-people button";

// On a phone without a keyboard nothing must open the one on the screen: there the next letter leads to the box.
function toBox() {
  if (matchMedia("(any-hover: hover)").matches) box.focus({ preventScroll: true });
  else document.activeElement.blur();
}

function step(event) {
  const listed = [...document.querySelectorAll(LISTED)];
  const next = listed[listed.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  event.preventDefault();
  (next ?? (event.key === "ArrowUp" ? box : event.target)).focus();
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if ((event.key === "ArrowDown" && at === box && document.querySelector(LISTED)) || (/^Arrow(Up|Down)$/.test(event.key) && at.matches(LISTED))) {
    step(event);
  } else if (event.key.length === 1 && event.key !== " " && !at.closest(TYPED_IN)) {
    event.preventDefault();
    box.focus();
    box.setRangeText(event.key, box.selectionStart, box.selectionEnd, "end");
  }
});
document.addEventListener("click", ({ target }) => target.closest(CHOICES) && toBox());
document.addEventListener("change", ({ target }) => target.closest(".scan-ways, .camera-list") && toBox());

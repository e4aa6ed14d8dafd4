// A page that was opened before a rehearsal began, or has outlived it, learns so from the next answer.
const form = document.querySelector("[data-scan]");
const banner = document.querySelector("[data-rehearsal-banner]");
const result = document.getElementById("result");

function learn() {
  const runs = result.querySelector("[data-said]")?.dataset.rehearsal;
  if (runs === undefined) return; // what the page says by itself
  form.elements.rehearsal.value = runs;
  banner.hidden = !runs;
}

new MutationObserver(learn).observe(result, { childList: true });

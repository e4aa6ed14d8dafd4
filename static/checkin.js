// A station scans without a new page: what is read waits its turn, so that a hand scanner never has to, and each scan
// has a name of its own, so that sending it again changes nothing.
const form = document.querySelector("[data-scan]");
const box = form.elements.code;
const result = document.getElementById("result");
const waiting = [];
let busy = false;

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function say(words) {
  const said = document.createElement("section");
  said.className = "scan-said scan-bad";
  said.dataset.said = "bad";
  const word = document.createElement("h2");
  word.className = "scan-word";
  word.textContent = words;
  said.append(word);
  result.replaceChildren(said);
}

async function send(body) {
  for (const patience of [500, 1500, 0]) {
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.redirected || answer.status === 409 || answer.status === 400) {
        location.reload(); // signed out meanwhile
        return;
      }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const said = page.querySelector("[data-said]");
        result.replaceChildren(document.importNode(said, true));
        return;
      }
    } catch {
      // asked again below, under the same name
    }
    if (patience) {
      await new Promise((done) => setTimeout(done, patience));
    }
  }
  say(form.dataset.offline);
}

async function work() {
  if (busy) {
    return;
  }
  busy = true;
  form.classList.add("is-waiting");
  while (waiting.length) {
    await send(waiting.shift());
  }
  form.classList.remove("is-waiting");
  busy = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.set("nonce", newName());
  body.set("part", "result");
  box.value = "";
  if (event.submitter) box.focus(); // somebody typed, which the camera does not
  waiting.push(body);
  work();
});

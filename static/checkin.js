// A station scans without a new page: what is read waits its turn, so that a hand scanner never has to, and each scan
// has a name of its own, so that sending it again changes nothing.
const form = document.querySelector("[data-scan]");
const box = form.elements.code;
const result = document.getElementById("result");
const waiting = [];
let busy = false;
let sound;

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

// One tone lets in, two lower ones do not.
function play(kind) {
  sound ??= new AudioContext();
  const tones = kind === "ok" ? [880] : kind === "warn" ? [440, 440] : [220, 180];
  tones.forEach((pitch, place) => {
    const tone = sound.createOscillator();
    const level = sound.createGain();
    const start = sound.currentTime + place * 0.18;
    tone.frequency.value = pitch;
    level.gain.value = 0.15;
    tone.connect(level).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.14);
  });
}

function say(words) {
  const said = document.createElement("section");
  said.className = "scan-said scan-bad";
  const word = document.createElement("h2");
  word.className = "scan-word";
  word.textContent = words;
  said.append(word);
  result.replaceChildren(said);
  play("bad");
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
        play(said.dataset.said);
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
  box.focus();
  waiting.push(body);
  work();
});

// What came of a scan can be heard and felt: whoever puts a result on the page need not care.
const result = document.getElementById("result");
const silent = document.querySelector("[data-silent]");
const KEPT = "checkin-silent";
const PAST_MS = 8000;
// Pitches in hertz with the shape of the wave: two that rise let in, the same one twice was in, three that fall are not.
const TONES = {
  ok: { wave: "sine", pitches: [880, 1319] },
  warn: { wave: "triangle", pitches: [587, 587] },
  bad: { wave: "square", pitches: [311, 247, 196] },
};
// A buzz that goes before each of them in a rehearsal.
const REHEARSED = { wave: "sawtooth", pitches: [110, 110] };
const SHAKES = { ok: [80], warn: [120, 80, 120], bad: [400] };
let sound;
let past;

function isSilent() {
  return silent.getAttribute("aria-pressed") === "true";
}

function play({ wave, pitches }, after) {
  sound ??= new AudioContext();
  sound.resume().catch(() => {});
  pitches.forEach((pitch, place) => {
    const tone = sound.createOscillator();
    const level = sound.createGain();
    const start = sound.currentTime + after + place * 0.16;
    tone.type = wave;
    tone.frequency.value = pitch;
    level.gain.value = wave === "square" ? 0.08 : 0.2;
    tone.connect(level).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.13);
  });
}

// Nobody should take the color that the person before them got for theirs.
function watch() {
  const said = result.querySelector("[data-said]");
  if (!said) return;
  clearTimeout(past);
  past = setTimeout(() => said.classList.add("is-past"), PAST_MS);
  if (!isSilent() && TONES[said.dataset.said]) {
    const before = "rehearsed" in said.dataset ? [REHEARSED] : [];
    [...before, TONES[said.dataset.said]].forEach((tone, place) => play(tone, place * 0.4));
  }
  navigator.vibrate?.(SHAKES[said.dataset.said] ?? []);
}

function set(on) {
  silent.setAttribute("aria-pressed", String(on));
}

silent.addEventListener("click", () => {
  set(!isSilent());
  try {
    localStorage.setItem(KEPT, String(isSilent()));
  } catch {
    // asked again next time
  }
});
try {
  set(localStorage.getItem(KEPT) === "true");
} catch {
  set(false);
}
silent.hidden = false;
new MutationObserver(watch).observe(result, { childList: true });

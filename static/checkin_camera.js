// The station's camera: what it reads goes into the box and is sent like what somebody types. Nothing that it sees
// leaves the device.
const form = document.querySelector("[data-scan]");
const box = form.elements.code;
const panel = document.querySelector("[data-camera]");
const video = panel.querySelector("video");
const list = panel.querySelector("select");
const [toggle, light] = ["toggle", "light"].map((name) => panel.querySelector(`[data-camera-${name}]`));
const said = panel.querySelector("[data-camera-said]");

const PAUSE_MS = 90; // between two looks, so that a phone stays cool
const SIDE = 720; // what is looked at has no more dots than this on a side
const STAYS_MS = 3000; // a badge that is held before the camera is read once
const KEPT = "checkin-camera"; // "on" or "off", and which camera
const WORDS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", NotReadableError: "busy" };

const canvas = new OffscreenCanvas(1, 1);
const seen = new Map(); // code -> when it was last in view
let reader;
let stream = null;
let turn = 0; // of two that are opened at once the later one counts
let awake = null;
let looked = 0;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // no storage here, or something else in it
  }
}

function keep(values) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...values }));
  } catch {
    // it is asked again next time
  }
}

// The reader is a megabyte: it is fetched when a camera is first wanted.
function loaded() {
  reader ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = panel.dataset.reader;
    script.onload = () => {
      const overrides = { locateFile: () => panel.dataset.wasm };
      ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true }).then(() => done(ZXingWASM.readBarcodes), failed);
    };
    script.onerror = failed;
    document.head.append(script);
  });
  reader.catch(() => {
    reader = undefined; // tried again by the next press
  });
  return reader;
}

async function opened(id) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const rear = { ...size, facingMode: { ideal: "environment" } };
  if (id) {
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: id } } });
    } catch (error) {
      if (error.name !== "OverconstrainedError" && error.name !== "NotFoundError") throw error; // it was unplugged
    }
  }
  return navigator.mediaDevices.getUserMedia({ video: rear });
}

async function start(id = kept().id) {
  stop();
  tell("starting");
  const mine = turn;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "InsecureError");
    const [read, found] = await Promise.all([loaded(), opened(id)]);
    if (mine !== turn) {
      found.getTracks().forEach((track) => track.stop());
      return;
    }
    stream = found;
    video.srcObject = found;
    await video.play();
    await offer(found.getVideoTracks()[0]);
    tell("");
    show(true);
    keep({ on: true });
    next(found, read);
  } catch (error) {
    if (mine !== turn) return;
    stop();
    tell(error.name === "InsecureError" ? "insecure" : WORDS[error.name] ?? "failed");
  }
}

function stop() {
  turn += 1;
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.srcObject = null;
  seen.clear();
  awake?.release().catch(() => {});
  awake = null;
  show(false);
}

// Which cameras there are is told once one is open; a light, where the camera has one.
async function offer(track) {
  const { deviceId, facingMode } = track.getSettings();
  const able = track.getCapabilities?.() ?? {};
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  list.replaceChildren(...cameras.map((one, place) => new Option(one.label || `${place + 1}`, one.deviceId)));
  list.value = deviceId;
  list.parentElement.hidden = cameras.length < 2;
  light.hidden = !able.torch;
  light.setAttribute("aria-pressed", "false");
  video.classList.toggle("is-mirror", facingMode === "user");
  if (able.focusMode?.includes("continuous")) {
    track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {});
  }
  track.addEventListener("ended", () => {
    if (stream?.getVideoTracks()[0] !== track) return;
    stop();
    tell("ended");
  });
  awake = await navigator.wakeLock?.request("screen").catch(() => null);
}

function show(on) {
  panel.classList.toggle("is-on", on);
  toggle.setAttribute("aria-pressed", String(on));
}

function tell(what) {
  said.textContent = what ? panel.dataset[what] : "";
}

function next(of, read) {
  const look = () => {
    if (stream !== of) return; // another camera, or none
    const now = performance.now();
    if (now - looked < PAUSE_MS || !video.videoWidth) {
      next(of, read);
      return;
    }
    looked = now;
    read(taken(), { formats: ["QRCode"], tryHarder: true, tryRotate: false, maxNumberOfSymbols: 1 })
      .then(([found]) => stream === of && found?.isValid && take(found.text), () => {})
      .then(() => next(of, read));
  };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(look);
  else requestAnimationFrame(look);
}

// The square in the middle, which is what the page shows of the camera.
function taken() {
  const { videoWidth: width, videoHeight: height } = video;
  const part = Math.min(width, height);
  const side = Math.min(part, SIDE);
  canvas.width = side;
  canvas.height = side;
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(video, (width - part) / 2, (height - part) / 2, part, part, 0, 0, side, side);
  return drawn.getImageData(0, 0, side, side);
}

function take(code) {
  const now = performance.now();
  const before = seen.get(code) ?? -Infinity;
  seen.set(code, now);
  if (now - before < STAYS_MS) return;
  const typed = box.value; // somebody may be at it
  box.value = code;
  form.requestSubmit();
  box.value = typed;
}

toggle.addEventListener("click", () => {
  if (!stream) {
    start();
    return;
  }
  stop();
  keep({ on: false });
});
list.addEventListener("change", () => {
  keep({ id: list.value });
  start();
});
light.addEventListener("click", async () => {
  const torch = light.getAttribute("aria-pressed") !== "true";
  await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch }] });
  light.setAttribute("aria-pressed", String(torch));
});
document.addEventListener("visibilitychange", () => {
  const [track] = stream?.getVideoTracks() ?? [];
  if (document.visibilityState === "visible" && kept().on && (!track || track.readyState === "ended")) start();
});

panel.hidden = false;
if (kept().on) start();

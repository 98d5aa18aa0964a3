// [data-voice]: a report that is spoken. The page records, stops by itself after data-longest seconds, plays back, and
// puts the recording where a chosen file would lie: photo.js lists it, arrive.js sends it ahead, the outbox keeps it.
// A browser that cannot record, or may not, leaves the file control, which opens the phone's own recorder.

import { words } from "./words.js";

const BITS = 24000; // a second: three minutes are half a megabyte
const KINDS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

export function recordVoices(root) {
  for (const box of root.querySelectorAll("[data-voice]")) dress(box);
}

function dress(box) {
  const input = box.querySelector("input[type=file]");
  const spoken = input.form?.elements.spoken;
  const part = (name) => box.querySelector(`[data-voice-${name}]`);
  const say = (name) => (part("state").textContent = name ? words(name) : "");
  const tell = (yes) => spoken && (spoken.value = yes ? "1" : "");
  let recorder, chunks, clock;

  input.addEventListener("change", () => tell(input.files.length));
  part("drop").addEventListener("click", () => {
    drop(box, input);
    tell(false);
    show("start");
  });
  if (!globalThis.MediaRecorder || !navigator.mediaDevices?.getUserMedia) return;
  box.querySelector("label").hidden = true;
  show("start");
  part("start").addEventListener("click", start);
  part("stop").addEventListener("click", () => recorder.stop());

  function show(name) {
    for (const each of ["start", "live", "made"]) part(each).hidden = each !== name;
  }

  async function start() {
    say("");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say("noMicrophone");
      box.querySelector("label").hidden = false;
      return;
    }
    chunks = [];
    recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS });
    recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
    recorder.addEventListener("stop", () => made(stream));
    recorder.start(1000);
    show("live");
    part("stop").focus();
    count(Date.now());
  }

  function count(since) {
    const seconds = Math.floor((Date.now() - since) / 1000);
    part("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= Number(input.dataset.longest)) recorder.stop();
    else clock = setTimeout(() => count(since), 250);
  }

  function made(stream) {
    clearTimeout(clock);
    for (const track of stream.getTracks()) track.stop();
    const type = recorder.mimeType.split(";")[0];
    const file = new File(chunks, `suara.${KINDS[type] ?? "webm"}`, { type });
    const player = part("made").querySelector("audio");
    player.src = URL.createObjectURL(file);
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    show("made");
    part("drop").focus();
  }
}

// What was chosen or recorded goes; what already arrived is left out when the form is sent.
function drop(box, input) {
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const sent = input.closest("[data-file]").nextElementSibling;
  if (!sent?.matches("[data-sent]")) return;
  for (const tick of sent.querySelectorAll("[name=drop]")) tick.checked = true;
  sent.hidden = true;
}

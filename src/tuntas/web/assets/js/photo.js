// Our words on file controls, and photos made small before they cost anybody data.

import { sendAhead } from "./arrive.js";
import { size, words } from "./words.js";

const LONGEST_SIDE = 1280; // pixels: a number plate across the street stays readable
const QUALITIES = [0.72, 0.55, 0.4]; // of JPEG, 0 to 1: the first that is small enough
const SMALL_ENOUGH = 400_000; // bytes

/** `shrink`: make photos small unless the control says data-shrink="no" (or only where it says "yes", when false). */
export function dressFiles(root, { shrink }) {
  for (const box of root.querySelectorAll("[data-file]")) {
    const input = box.querySelector("input[type=file]");
    const smaller = shrink ? input.dataset.shrink !== "no" : input.dataset.shrink === "yes";
    box.classList.add("file--ours");
    input.addEventListener("change", () => take(box, input, smaller));
    if (input.files.length) take(box, input, smaller); // chosen before this script came, on a slow line
  }
}

async function take(box, input, smaller) {
  const list = box.querySelector(".file__list");
  const chosen = [...input.files];
  list.replaceChildren(...chosen.map((file) => line(`${file.name}, ${size(file.size)}`)));
  if (!smaller) return sendAhead(input, list);
  const turn = (box.dataset.turn = String(Number(box.dataset.turn ?? 0) + 1)); // a newer choice wins
  const kept = new DataTransfer();
  const said = [];
  for (const file of chosen) {
    const small = await shrunk(file);
    kept.items.add(small);
    const change = small === file ? size(file.size) : `${size(file.size)} → ${size(small.size)}, ${words("shrunk")}`;
    said.push(line(`${file.name}, ${change}`));
  }
  if (box.dataset.turn !== turn) return;
  input.files = kept.files;
  list.replaceChildren(...said);
  sendAhead(input, list);
}

/** The photo in at most LONGEST_SIDE pixels, or the file itself when it is small, no photo, or unreadable here. */
async function shrunk(file) {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size <= SMALL_ENOUGH) return file;
  try {
    const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(whole.width * scale);
    canvas.height = Math.round(whole.height * scale);
    const drawing = canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    let blob = null;
    for (const quality of QUALITIES) {
      blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (!blob || blob.size <= SMALL_ENOUGH) break;
    }
    if (!blob || blob.size >= file.size) return file;
    const name = `${file.name.replace(/\.\w+$/, "")}.jpg`;
    return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file; // the server reads more formats than this browser, and refuses in words what it cannot
  }
}

function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

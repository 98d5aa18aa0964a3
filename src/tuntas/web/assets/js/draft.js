// Keeps what is typed into form[data-draft=NAME] on this device, so that a lost signal loses nothing.
//
// A page with [data-draft-done=NAME] (the receipt) clears it; so does a button with [data-draft-forget=NAME].
// Never kept: passwords, names and addresses of people, hidden fields, files, anything with data-private.

import { words } from "./words.js";

const KEPT_FOR = 3 * 24 * 60 * 60 * 1000; // milliseconds
const NEVER = new Set(["password", "hidden", "file", "submit", "button", "email", "tel"]);
const place = (name) => `tuntas:draft:${name}`;

export function keepDrafts(root) {
  for (const done of root.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);
  for (const form of root.querySelectorAll("form[data-draft]")) keep(form);
  for (const button of root.querySelectorAll("[data-draft-forget]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      forget(button.dataset.draftForget);
      button.closest("form")?.reset();
    });
  }
}

function keep(form) {
  const name = form.dataset.draft;
  if (restore(form, read(name))) say(form, words("draftBack"));
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => save(form, name), 400);
  });
  addEventListener("pagehide", () => waiting && save(form, name));
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !NEVER.has(field.type) && !field.closest("[data-private]"));
}

function save(form, name) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (values[field.name] ??= []).push(field.value);
    } else if (field.value) values[field.name] = field.value;
  }
  try {
    localStorage.setItem(place(name), JSON.stringify({ at: Date.now(), values }));
    say(form, words("draftKept"));
  } catch {
    // A full or forbidden storage: the form still works, only nothing is kept, and nothing is claimed.
  }
}

/** Fill fields that the server left empty; true when something came back. */
function restore(form, values) {
  let found = false;
  for (const field of fields(form)) {
    const kept = values[field.name];
    if (kept === undefined) continue;
    if (Array.isArray(kept)) {
      if (form.querySelector("[aria-invalid]")) continue;
      field.checked = kept.includes(field.value);
    } else if (field.value || typeof kept !== "string") continue;
    else field.value = kept;
    found = true;
  }
  if (found) form.dispatchEvent(new Event("tuntas:filled"));
  return found;
}

function read(name) {
  try {
    const { at, values } = JSON.parse(localStorage.getItem(place(name)));
    if (Date.now() - at < KEPT_FOR) return values;
    forget(name);
  } catch {
    // None, or not ours to read.
  }
  return {};
}

function forget(name) {
  try {
    localStorage.removeItem(place(name));
  } catch {
    // Storage is forbidden, so nothing was kept either.
  }
}

function say(form, sentence) {
  const state = form.querySelector("[data-draft-state]");
  if (state && state.textContent !== sentence) state.textContent = sentence;
}

// Keeps what is typed into form[data-draft=NAME] on this device, so that a lost signal loses nothing.
//
// A page with [data-draft-done=NAME] (the receipt) clears it (offline.js); so does a button with [data-draft-forget=NAME],
// and somebody who takes back everything they wrote.
// Never kept: passwords, names and addresses of people, hidden fields, files, anything with data-private. The form's own key is kept,
// so that a draft that is open in three tabs is one report, whichever of them sends it.
// How old a draft is says the server's clock (data-now on the form): that of a phone may be wrong by a year.

import { words } from "./words.js";

const KEPT_FOR = 3 * 24 * 60 * 60 * 1000; // milliseconds
const NEVER = new Set(["password", "hidden", "file", "submit", "button", "email", "tel"]);
const place = (name) => `tuntas:draft:${name}`;

export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) keep(form);
  for (const button of root.querySelectorAll("[data-draft-forget]")) {
    button.hidden = !(read(button.dataset.draftForget, button.form).values && holdsSomething(button.form));
    button.addEventListener("click", () => {
      button.closest("form")?.reset();
      drop(button.closest("form"), button.dataset.draftForget);
    });
  }
}

function keep(form) {
  const name = form.dataset.draft;
  const kept = read(name, form);
  if (form.elements.key && !form.elements.key.value) form.elements.key.value = newKey();
  if (restore(form, kept.values ?? {})) {
    adopt(form, kept);
    if (holdsSomething(form)) say(form, words("draftBack"));
  }
  addEventListener("storage", (event) => event.key === place(name) && !event.newValue && sentElsewhere(form, event));
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, 400);
  });
  form.addEventListener("reset", () => rest());
  addEventListener("pagehide", () => waiting && write());

  function rest() {
    clearTimeout(waiting);
    waiting = 0;
  }

  function write() {
    rest();
    if (holdsSomething(form)) save(form, name);
    else drop(form, name);
  }
}

/** Whether somebody said anything: a word, or a choice other than the one that the page came with. */
function holdsSomething(form) {
  return fields(form).some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value.trim(),
  );
}

function drop(form, name) {
  forget(name);
  say(form, "");
  for (const button of form.querySelectorAll("[data-draft-forget]")) button.hidden = true;
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
    adopt(form, read(name, form));
    const draft = { at: now(form), key: form.elements.key?.value, turn: form.elements.turn?.value, values };
    localStorage.setItem(place(name), JSON.stringify(draft));
    say(form, words("draftKept"));
    for (const button of form.querySelectorAll("[data-draft-forget]")) button.hidden = false;
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

function read(name, form) {
  try {
    const kept = JSON.parse(localStorage.getItem(place(name)));
    if (!kept.at || !now(form) || now(form) - kept.at < KEPT_FOR) return kept;
    forget(name);
  } catch {
    // None, or not ours to read.
  }
  return {};
}

/** Milliseconds by the server's clock; 0 where the page came from this phone's own keeping. */
function now(form) {
  const drawn = Number(form.dataset.now ?? 0);
  return drawn && Math.round(drawn + performance.now());
}

// A draft is one report: every tab that goes on with it sends it under one key. Files that went ahead wait under their own.
function adopt(form, { key, turn }) {
  if (!key || !form.elements.key || form.querySelector("[data-sent]")) return;
  form.elements.key.value = key;
  if (turn && form.elements.turn) form.elements.turn.value = turn; // it was signed for this key
}

// Another tab has sent the draft. The same words are the same report; other words become one of their own.
function sentElsewhere(form, { oldValue }) {
  let text = "";
  try {
    text = JSON.parse(oldValue).values.text;
  } catch {
    return;
  }
  if (form.elements.key && form.elements.text?.value !== text) form.elements.key.value = newKey();
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

export function forgetDraft(name) {
  if (name) forget(name);
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

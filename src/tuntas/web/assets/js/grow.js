// Two server steps become one page that grows.
//
// form[data-grow] is step one. Its answer (the page of step two) holds an element [data-grow-part] with the fields that
// are new there and, in data-action, where both steps together are sent. We put these fields into [data-grow-here] of
// the form and keep step one open above them. Files wait for the last step. Anything unexpected: the ordinary two steps.
// Where the device is may be told after that: then the part that says where the report goes comes anew, with what was chosen in it.
// Without a signal the part comes from the form's own template[data-grow-offline]: the questions that need no server.

import { say } from "./buttons.js";

export function growForms(root) {
  for (const form of root.querySelectorAll("form[data-grow]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.grown) sendInParts(form, hasFiles(form) && !event.submitter?.matches("[data-light]"));
      if (form.dataset.grown) return;
      event.preventDefault();
      grow(form, event.submitter);
    });
  }
  root.addEventListener("tuntas:located", (event) => lookAgain(event.target));
}

/** `button`: has just written where the device is. */
async function lookAgain(button) {
  const { form } = button;
  const old = form?.querySelector("[data-where]");
  if (!old) return;
  const part = await nextPart(form, form.dataset.story).catch(() => null);
  const here = part?.querySelector("[data-where]");
  if (!here || !old.isConnected) return; // no signal, or what was typed asks for something else first
  old.replaceWith(here);
  here.dispatchEvent(new Event("tuntas:grown", { bubbles: true }));
  if (here.dataset.where) say(button, here.dataset.where);
}

// Without a photo the form needs no parts: a third of the bytes on the way, and a fifth of the server's work.
function sendInParts(form, inParts) {
  form.enctype = inParts ? "multipart/form-data" : "application/x-www-form-urlencoded";
}

function hasFiles(form) {
  return [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
}

async function grow(form, submitter) {
  const button = submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("aria-disabled", "true");
  const part = await nextPart(form, form.action).catch(() => ownPart(form));
  button?.removeAttribute("aria-disabled");
  const here = form.querySelector("[data-grow-here]");
  if (!part || !here) {
    form.dataset.grown = "no";
    form.requestSubmit?.(submitter) ?? form.submit();
    return;
  }
  form.dataset.grown = "yes";
  form.dataset.story = form.action;
  if (part.dataset.action) form.action = part.dataset.action;
  for (const old of form.querySelectorAll("[data-grow-away]")) old.remove();
  here.replaceChildren(part);
  part.dispatchEvent(new Event("tuntas:grown", { bubbles: true }));
  const start = part.querySelector("h2, legend, label") ?? part;
  start.tabIndex = -1;
  start.focus();
}

function ownPart(form) {
  const template = form.querySelector("template[data-grow-offline]");
  return template && document.importNode(template.content, true).querySelector("[data-grow-part]");
}

async function nextPart(form, address) {
  if (navigator.onLine === false) throw new Error("no signal");
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  const answer = await fetch(address, { method: "POST", body: typed, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("[data-grow-part]");
  return part && document.adoptNode(part);
}

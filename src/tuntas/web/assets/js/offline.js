// Without a signal: the report is kept on the phone (outbox.js), this says so, and shows what became of it.
//
// [data-outbox] is the place on the page; form[data-keep] may be kept; link[data-worker=ADDRESS] is the service worker.

import { forgetDraft } from "./draft.js";
import { ARRIVED, ASKS, forget, freshToken, keep, kept, sendAll, WAITING } from "./outbox.js";
import { words } from "./words.js";

const SENTENCES = { [WAITING]: "outboxWaiting", [ARRIVED]: "outboxArrived", [ASKS]: "outboxAsks" };
const AGAIN = 30000; // milliseconds until a line that seems to stand is tried again

export async function workOffline(root) {
  listen(root.querySelector("[data-worker]")?.dataset.worker);
  const place = root.querySelector("[data-outbox]");
  for (const done of root.querySelectorAll("[data-draft-done]")) forgetDraft(done.dataset.draftDone);
  try {
    if (root.querySelector("[data-draft-done]")) await forgetShown();
    if (!place || !(await kept()).length) return;
  } catch {
    return; // a browser that keeps nothing has nothing to show
  }
  show(place);
}

/** Keep what a form holds, and show it in the page's outbox. Rejects where nothing can be kept. */
export async function keepForm(form) {
  await keep([...new FormData(form)].filter(([, value]) => typeof value === "string" || value.size));
  forgetDraft(form.dataset.draft);
  const place = document.querySelector("[data-outbox]");
  form.hidden = true;
  await show(place);
  place.tabIndex = -1;
  place.focus();
}

let listening = false;

async function show(place) {
  await draw(place);
  if (!listening) {
    listening = true;
    addEventListener("online", () => go(place));
  }
  go(place);
}

async function go(place) {
  const done = navigator.onLine !== false && (await sendAll().catch(() => false));
  await draw(place);
  if (!done) setTimeout(() => go(place), AGAIN);
}

async function draw(place) {
  const lines = (await kept()).map((each) => line(each, place));
  place.querySelector("ul").replaceChildren(...lines);
  place.hidden = !lines.length;
}

function line(each, place) {
  const item = document.createElement("li");
  const text = each.fields.find(([name]) => name === "text")?.[1] || words("spoken");
  const quoted = document.createElement("p");
  quoted.className = "words";
  quoted.textContent = text.length > 90 ? `${text.slice(0, 90)}…` : text;
  const said = document.createElement("p");
  said.textContent = words(SENTENCES[each.state]);
  item.append(quoted, said);
  if (each.state === WAITING) item.append(button("outboxDelete", () => forget(each.key).then(() => draw(place))));
  else item.append(button(each.state === ARRIVED ? "outboxReceipt" : "outboxFinish", () => open(each, said)));
  return item;
}

function button(name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name === "outboxDelete" ? "button button--quiet" : "button";
  made.textContent = words(name);
  made.addEventListener("click", act);
  return made;
}

// Sent once more as a page of its own: the same key answers with the same receipt, or with what is still to be decided.
async function open({ key, fields }, said) {
  let token = "";
  try {
    token = await freshToken();
  } catch {
    said.textContent = words("offline");
    return;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/lapor/terkirim";
  form.enctype = "multipart/form-data";
  form.hidden = true;
  for (const [name, value] of [["csrfmiddlewaretoken", token], ...fields]) form.append(input(name, value));
  sessionStorage.setItem("tuntas:opened", key);
  document.body.append(form);
  form.submit();
}

function input(name, value) {
  const made = document.createElement("input");
  made.name = name;
  if (typeof value === "string") {
    made.type = "hidden";
    made.value = value;
    return made;
  }
  const files = new DataTransfer();
  files.items.add(value);
  made.type = "file";
  made.files = files.files;
  return made;
}

// A receipt stands on this page: what it was asked for with need not stay on the phone.
async function forgetShown() {
  const key = sessionStorage.getItem("tuntas:opened");
  if (!key) return;
  sessionStorage.removeItem("tuntas:opened");
  await forget(key);
}

function listen(worker) {
  if (!worker || !navigator.serviceWorker) return;
  const start = () => navigator.serviceWorker.register(worker).catch(() => {});
  if (document.readyState === "complete") start();
  else addEventListener("load", start); // never before what the person came for
}

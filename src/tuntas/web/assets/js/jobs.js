// The jobs pages of an officer in the field: read without a signal, photos and notes sent once when there is one.
// Without this script the pages work as pages do: a form that is sent while there is a signal.

import { drop, keep, waiting } from "./jobs-queue.js";
import { orderFromHere } from "./jobs-route.js";

const root = document.querySelector("[data-jobs]");
const say = root.querySelector("[data-jobs-words]").dataset;
const PATIENCE = 60000; // milliseconds that one sending may take
const AGAIN = 30000; // milliseconds between two looks for a signal while something waits

const told = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");

/** What the server says of this session: { officer, token }; null without a signal, {} when nobody is signed in. */
async function session() {
  try {
    const answer = await fetch(root.dataset.state, { headers: { Accept: "application/json" }, cache: "no-store" });
    const is = answer.headers.get("Content-Type")?.startsWith("application/json");
    return is && !answer.redirected ? await answer.json() : {};
  } catch {
    return null;
  }
}

async function post(item, token) {
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const headers = { "X-CSRFToken": token, "X-From-Queue": "yes" };
    const answer = await fetch(item.url, { method: "POST", body, headers, signal: stop.signal });
    const is = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.redirected || !is) return { later: true };
    return { done: answer.ok, words: (await answer.json()).words };
  } catch {
    return { later: true };
  } finally {
    clearTimeout(limit);
  }
}

let busy = false;

/** Send what waits, the oldest first. The key makes a second sending of the same thing harmless. */
async function flush() {
  if (busy) return;
  busy = true;
  try {
    const now = await session();
    signal(now);
    if (!now?.token) return;
    for (const item of (await waiting()).sort((a, b) => a.at - b.at)) {
      if (item.officer !== now.officer) continue; // a colleague's: it waits for them
      const { done, words, later } = await post(item, now.token);
      if (later) return;
      if (done) await drop(item.key);
      else await keep({ ...item, problem: words });
    }
  } finally {
    busy = false;
    await show();
  }
}

function signal(now) {
  const line = root.querySelector("[data-offline]");
  const asOf = new Date(root.querySelector("[data-as-of]").dataset.asOf);
  const time = asOf.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  line.hidden = Boolean(now?.token);
  line.textContent = now ? say.signedOut : told(say.noSignal, { time });
}

async function show() {
  const items = (await waiting()).filter((item) => item.officer === root.dataset.officer);
  const box = root.querySelector("[data-waiting]");
  box.hidden = !items.length;
  if (!items.length) return;
  box.querySelector("[data-waiting-title]").textContent = told(say.waits, { count: items.length });
  box.querySelector("[data-waiting-list]").replaceChildren(...items.map(line));
}

function line(item) {
  const row = document.createElement("li");
  row.textContent = [item.number, item.problem].filter(Boolean).join(": ") + " ";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = say.throwAway;
  button.addEventListener("click", async () => {
    if (confirm(say.sure)) await drop(item.key).then(show);
  });
  row.append(button);
  return row;
}

function takeOver(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[data-queue-said]");
    const day = form.querySelector("input[name=taken_on]");
    if (day && !day.value) day.value = today();
    const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !isEmpty(value));
    const key = form.querySelector("input[name=key]").value;
    const item = { key, officer: root.dataset.officer, number: form.dataset.queueWords, url: form.action, fields, at: Date.now() };
    try {
      await keep(item); // first kept, then sent: a battery that dies in between loses nothing
    } catch {
      said.textContent = say.full;
      if (navigator.onLine) form.submit(); // no room on the phone, but a signal: as any form is sent
      return;
    }
    said.textContent = say.sending;
    await flush();
    const left = (await waiting()).find((each) => each.key === key);
    said.textContent = left ? (left.problem ?? say.kept) : say.sent;
    if (!left) location.assign(root.querySelector(".govuk-back-link").href);
  });
}

const isEmpty = (value) => value instanceof File && !value.size && !value.name;

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

async function keepPages() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(root.dataset.worker);
  } catch {
    return; // not allowed here: the pages work with a signal alone
  }
  const ready = await navigator.serviceWorker.ready;
  const pages = [...root.querySelectorAll("a.jobs__open")].map((link) => link.href);
  ready.active?.postMessage({ keep: [location.href, ...pages] });
}

for (const form of root.querySelectorAll("form[data-queue]")) takeOver(form);
root.querySelector("[data-send-now]")?.addEventListener("click", flush);
orderFromHere(root, say, told);
addEventListener("online", flush);
setInterval(async () => (await waiting()).length && flush(), AGAIN);
show().then(flush).then(keepPages);

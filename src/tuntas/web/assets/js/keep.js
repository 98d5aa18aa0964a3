// form[data-keep=ADDRESS]: what is typed goes to the server a second after the last key, so that it is there again after
// a session ended, a window closed or the power failed. Files are not kept. Without a line it says so, and tries again.

import { words } from "./words.js";

const PAUSE = 1000; // milliseconds after the last key
const AGAIN = 5000; // milliseconds until the next try
const waiting = new Map(); // forms whose last words are not with the server yet

export function keepTyping() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-keep]");
    if (form && event.target.type !== "file") soon(form, PAUSE);
  });
  document.addEventListener("submit", (event) => stop(event.target), true);
  addEventListener("online", () => [...waiting.keys()].forEach((form) => soon(form, 0)));
  addEventListener("beforeunload", (event) => {
    if ([...waiting.keys()].some((form) => form.isConnected && !form.dataset.sent)) event.preventDefault();
  });
}

function soon(form, pause) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), pause));
}

function stop(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
}

async function keep(form) {
  if (!form.isConnected) return stop(form);
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body: typed, headers: { "HX-Request": "true" } });
    if (answer.status >= 500) throw new Error(answer.status);
    stop(form);
    const told = await answer.text();
    if (answer.status === 200) say(form, told.trim());
    else if (answer.status === 401) globalThis.htmx?.swap(document.body, told, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
  } catch {
    say(form, words("notKept"));
    soon(form, AGAIN);
  }
}

function say(form, sentence) {
  const state = form.querySelector("[data-kept-at]");
  if (state) state.textContent = sentence;
}

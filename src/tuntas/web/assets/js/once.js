// form[data-once] is sent once, however often the button is pressed. Without a signal a form with data-keep is kept on the phone and
// sent later (offline.js); any other is not sent at all, and says so.
// (The server gives a repeated form the same receipt; this only spares people the wait and the doubt.)

import { keepForm } from "./offline.js";
import { words } from "./words.js";

const PATIENCE = 20000; // milliseconds until the button may be pressed again

export function sendOnce(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (navigator.onLine === false || form.dataset.keep === "always") {
        event.preventDefault();
        if (form.dataset.grown && form.dataset.keep !== undefined) keepForm(form).catch(() => say(form, words("offline")));
        else say(form, words("offline"));
      } else if (form.dataset.sent) event.preventDefault();
      else begin(form);
    });
  }
}

function begin(form) {
  form.dataset.sent = "yes";
  for (const button of buttons(form)) button.setAttribute("aria-disabled", "true");
  say(form, words("sending"));
  const done = () => end(form);
  setTimeout(done, PATIENCE);
  addEventListener("pageshow", done, { once: true }); // the page came back from the browser's memory
}

function end(form) {
  delete form.dataset.sent;
  for (const button of buttons(form)) button.removeAttribute("aria-disabled");
  say(form, "");
}

function buttons(form) {
  return form.querySelectorAll("button:not([type=button])");
}

function say(form, sentence) {
  let state = form.querySelector("[data-sending-state]");
  if (!state) {
    state = document.createElement("p");
    state.dataset.sendingState = "";
    state.setAttribute("role", "status");
    form.append(state);
  }
  state.textContent = sentence;
}

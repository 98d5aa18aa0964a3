// Buttons that only make sense with scripts. They are hidden until then.
//
// [data-print]; [data-copy="#id"]; [data-share] (title and address of the page, or data-share="text");
// [data-install]: shown where the browser can put us on the first screen;
// [data-locate="#latitude #longitude"] writes where the device is, in degrees with 5 places (about a metre).

import { words } from "./words.js";

export function dressButtons(root) {
  on(root, "[data-print]", () => window.print());
  on(root, "[data-copy]", copy);
  on(root, "[data-locate]", locate);
  if (navigator.share) on(root, "[data-share]", share);
  for (const button of root.querySelectorAll("[data-install]")) addEventListener("beforeinstallprompt", (event) => offer(button, event));
}

function on(root, selector, act) {
  for (const button of root.querySelectorAll(selector)) {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  }
}

// The browser would install this page's app: our button asks it to, once.
function offer(button, event) {
  event.preventDefault();
  button.hidden = false;
  button.onclick = () => {
    button.hidden = true;
    event.prompt();
  };
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    say(button, words("copied"));
  } catch {
    getSelection().selectAllChildren(source); // at least it is marked, and the phone offers to copy
    say(button, words("marked"));
  }
}

function share(button) {
  const text = button.dataset.share || document.title;
  navigator.share(button.dataset.share ? { text } : { title: text, url: location.href }).catch(() => {});
}

function locate(button) {
  const [latitude, longitude] = button.dataset.locate.split(" ").map((id) => document.querySelector(id));
  say(button, words("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      latitude.value = coords.latitude.toFixed(5);
      longitude.value = coords.longitude.toFixed(5);
      say(button, words("located", { metres: Math.round(coords.accuracy) }));
      button.dispatchEvent(new Event("tuntas:located", { bubbles: true }));
    },
    () => say(button, words("lost")),
    { timeout: 15000, maximumAge: 60000, enableHighAccuracy: true },
  );
}

export function say(button, sentence) {
  let state = button.nextElementSibling;
  if (!state?.matches("[data-said]")) {
    state = document.createElement("span");
    state.dataset.said = "";
    state.className = "muted";
    state.setAttribute("role", "status");
    button.after(" ", state);
  }
  state.textContent = sentence;
}

// What officers' pages load beside htmx. Every page works without both.

import { callAttention } from "./attention.js";
import { fillBlanks } from "./blanks.js";
import { dressButtons } from "./buttons.js";
import { countCharacters } from "./count.js";
import { keepDrafts } from "./draft.js";
import { listenAtTheDesk } from "./desk.js";
import { keepTyping } from "./keep.js";
import { listen } from "./keys.js";
import { clearWhenLeaving } from "./leaving.js";
import { sendOnce } from "./once.js";
import { offerPasskeys } from "./passkey.js";
import { dressFiles } from "./photo.js";
import { watchColleagues } from "./pulse.js";
import { frameWhatIsMeant } from "./tour.js";

function enhance(root) {
  dressFiles(root, { shrink: false });
  dressButtons(root);
  countCharacters(root);
  keepDrafts(root);
  sendOnce(root);
  callAttention(root);
  offerPasskeys(root);
  fillBlanks(root);
}

enhance(document);
listen();
listenAtTheDesk();
watchColleagues();
clearWhenLeaving();
keepTyping();
frameWhatIsMeant();

document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) enhance(event.detail.elt);
});
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
document.body.addEventListener("htmx:beforeRequest", () => document.getElementById("refusal")?.replaceChildren());

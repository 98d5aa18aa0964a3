// What every page of the public loads. Every page works without it. Pages on which somebody writes load report.js after it, or when they begin (later.js);
// that a form grows is here, since this script is there already when somebody comes from the first page and sends at once.

import { callAttention } from "./attention.js";
import { dressButtons } from "./buttons.js";
import { countCharacters } from "./count.js";
import { quickExits } from "./exit.js";
import { growForms } from "./grow.js";
import { loadLater } from "./later.js";
import { workOffline } from "./offline.js";
import { sendOnce } from "./once.js";

function enhance(root) {
  dressButtons(root);
  countCharacters(root);
}

enhance(document);
document.addEventListener("tuntas:grown", (event) => enhance(event.target));
growForms(document); // before it is decided that a form is sent once
sendOnce(document);
quickExits(document);
callAttention(document);
loadLater(document);
workOffline(document);

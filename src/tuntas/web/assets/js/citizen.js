// What every page of the public loads. Every page works without it. Pages on which somebody writes load report.js before it.

import { callAttention } from "./attention.js";
import { dressButtons } from "./buttons.js";
import { countCharacters } from "./count.js";
import { quickExits } from "./exit.js";
import { workOffline } from "./offline.js";
import { sendOnce } from "./once.js";

function enhance(root) {
  dressButtons(root);
  countCharacters(root);
}

enhance(document);
document.addEventListener("tuntas:grown", (event) => enhance(event.target));
sendOnce(document);
quickExits(document);
callAttention(document);
workOffline(document);

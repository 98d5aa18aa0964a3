// What pages load on which somebody writes, takes photos or speaks, after citizen.js. Every page works without it.

import { keepDrafts } from "./draft.js";
import { helpWriting } from "./helps.js";
import { dressFiles } from "./photo.js";
import { suggest } from "./suggest.js";
import { recordVoices } from "./voice.js";

function enhance(root) {
  dressFiles(root, { shrink: true });
  suggest(root);
}

enhance(document);
document.addEventListener("tuntas:grown", (event) => enhance(event.target));
recordVoices(document);
helpWriting(document);
keepDrafts(document);

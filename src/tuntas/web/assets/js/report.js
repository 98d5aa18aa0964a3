// What pages load on which somebody writes, takes photos or speaks, before citizen.js: that a form grows, or keeps a draft, is
// decided before it is sent once. Every page works without it.

import { keepDrafts } from "./draft.js";
import { growForms } from "./grow.js";
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
growForms(document);

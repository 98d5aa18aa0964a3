// What the public's pages load. Every page works without it.

import { callAttention } from "./attention.js";
import { dressButtons } from "./buttons.js";
import { countCharacters } from "./count.js";
import { keepDrafts } from "./draft.js";
import { quickExits } from "./exit.js";
import { growForms } from "./grow.js";
import { helpWriting } from "./helps.js";
import { workOffline } from "./offline.js";
import { sendOnce } from "./once.js";
import { dressFiles } from "./photo.js";
import { suggest } from "./suggest.js";
import { recordVoices } from "./voice.js";

function enhance(root) {
  dressFiles(root, { shrink: true });
  dressButtons(root);
  countCharacters(root);
  suggest(root);
}

enhance(document);
recordVoices(document);
helpWriting(document);
keepDrafts(document);
growForms(document, enhance);
sendOnce(document);
quickExits(document);
callAttention(document);
workOffline(document);

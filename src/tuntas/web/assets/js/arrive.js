// form[data-arrive=ADDRESS]: files go up while the person is still writing, a quarter of a megabyte at a time, and go on
// where they stopped when the line comes back (tus 1.0). What did not arrive in time is sent with the form, as without
// scripts: nothing depends on this.

import { words } from "./words.js";

const CHUNK = 256 * 1024; // bytes: seconds on a slow line, so that little is sent twice
const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30]; // seconds before each new try

/** Send the chosen files of `input` ahead; `list` shows how far each is. Call when the choice stands. */
export async function sendAhead(input, list) {
  const form = input.form;
  const address = form?.dataset.arrive;
  const key = form?.elements.key?.value ?? form?.elements.files_key?.value;
  if (!address || !key || !input.files.length) return;
  const turn = (input.dataset.sending = String(Number(input.dataset.sending ?? 0) + 1)); // a newer choice wins
  const stopped = () => input.dataset.sending !== turn || form.dataset.sent;
  const headers = {
    "Tuntas-Form": key,
    "Tus-Resumable": "1.0.0",
    "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
  };
  for (const [place, file] of [...input.files].entries()) {
    const line = list.children[place];
    const shown = line?.textContent ?? "";
    const say = (sentence) => line && (line.textContent = `${shown}, ${sentence}`);
    try {
      const id = await send(file, input.name, address, headers, say, stopped);
      if (!id) return;
      say(words("arrived"));
      keep(form, input, file, id, line);
    } catch {
      say(""); // it goes with the form
    }
  }
}

async function send(file, field, address, headers, say, stopped) {
  const told = `filename ${coded(file.name)},filetype ${coded(file.type)},field ${coded(field)}`;
  const made = await fetch(address, {
    method: "POST",
    headers: { ...headers, "Upload-Length": String(file.size), "Upload-Metadata": told },
  });
  if (made.status !== 201) throw new Error(made.status);
  const place = made.headers.get("Location");
  let offset = 0;
  for (let failed = 0; !stopped(); ) {
    say(words("arriving", { percent: Math.floor((100 * offset) / file.size) }));
    try {
      const answer = await fetch(place, {
        method: "PATCH",
        headers: { ...headers, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        body: file.slice(offset, offset + CHUNK),
      });
      if (answer.status !== 204 && answer.status !== 409) throw new Refused(answer.status);
      if (answer.headers.get("Tuntas-File")) return answer.headers.get("Tuntas-File");
      offset = answer.status === 204 ? Number(answer.headers.get("Upload-Offset")) : await standing(place, headers);
      failed = 0;
    } catch (problem) {
      if (problem instanceof Refused || failed >= PAUSES.length) throw problem;
      await pause(PAUSES[failed++]);
      offset = await standing(place, headers).catch(() => offset);
    }
  }
  return "";
}

class Refused extends Error {}

async function standing(place, headers) {
  const answer = await fetch(place, { method: "HEAD", headers });
  if (!answer.ok) throw new Refused(answer.status);
  return Number(answer.headers.get("Upload-Offset"));
}

/** The file is with the server and waits for the form: it is not sent again, and can be left out. */
function keep(form, input, file, id, line) {
  const rest = new DataTransfer();
  for (const other of input.files) if (other !== file) rest.items.add(other);
  input.files = rest.files;
  const box = document.createElement("input");
  const label = document.createElement("label");
  box.type = "checkbox";
  box.name = "drop";
  box.value = id;
  label.append(box, ` ${words("leaveOut")}`);
  line?.append(document.createElement("br"), label);
  const place = input.closest("[data-file]");
  let sent = place.nextElementSibling;
  if (sent?.hidden || !sent?.matches("[data-sent]")) {
    sent = document.createElement("ul");
    sent.className = "file__list";
    sent.dataset.sent = "";
    place.after(sent);
  }
  sent.append(line);
}

function coded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function pause(seconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    addEventListener("online", () => resolve(clearTimeout(timer)), { once: true });
  });
}

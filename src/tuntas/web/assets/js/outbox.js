// Reports that were sent without a signal: kept on this phone and sent once when there is one.
//
// What is kept: the form's fields and files under the form's own key, until the receipt was shown. What makes it one report: the
// same key gives the same receipt, however often and from wherever it is sent; the lock only spares the repetition.
// No clock of the phone is asked. Runs in pages and in the service worker, so nothing here touches a document.

const NAME = "tuntas";
const STORE = "outbox";
const FORM = "/lapor";
const SENT = "/lapor/terkirim";
export const WAITING = "waiting"; // not sent yet
export const ARRIVED = "arrived"; // in the register; the receipt waits to be looked at
export const ASKS = "asks"; // the server wants something decided first

/** Keep `fields` ([name, text or File], as of FormData) under their key. Rejects where the browser keeps nothing. */
export async function keep(fields) {
  const own = fields.filter(([name]) => name !== "csrfmiddlewaretoken");
  const [, key] = own.find(([name, value]) => name === "key" && value) ?? [];
  if (!key) throw new Error("a form without its key");
  await ask("readwrite", (store) => store.put({ key, fields: own, state: WAITING }));
}

export function kept() {
  return ask("readonly", (store) => store.getAll());
}

export function forget(key) {
  return ask("readwrite", (store) => store.delete(key));
}

/** Send everything that waits. True when nothing waits any more. Other tabs wait for their turn and find it done. */
export function sendAll() {
  return navigator.locks ? navigator.locks.request("tuntas-outbox", sendEach) : sendEach();
}

async function sendEach() {
  let done = true;
  for (const each of await kept()) {
    if (each.state !== WAITING) continue;
    const state = await send(each).catch(() => WAITING);
    if (state === WAITING) done = false;
    else await ask("readwrite", (store) => store.put({ ...each, state, fields: state === ASKS ? each.fields : words(each) }));
  }
  return done;
}

// The words open the receipt once more; photos have arrived and need not stay on the phone.
function words({ fields }) {
  return fields.filter(([, value]) => typeof value === "string");
}

async function send({ fields }) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", await freshToken());
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(SENT, { method: "POST", body, headers: { Accept: "text/html" } });
  if (answer.status >= 500 || answer.status === 429 || answer.status === 403) return WAITING;
  return /id="secret"/.test(await answer.text()) ? ARRIVED : ASKS;
}

/** A form token of this minute: the one of the page is as old as the page. Rejects without a signal. */
export async function freshToken() {
  const page = await fetch(FORM, { cache: "no-store", headers: { Accept: "text/html" } });
  const [, token] = (await page.text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/) ?? [];
  if (!page.ok || !token) throw new Error("no form");
  return token;
}

function ask(mode, what) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const turn = base.transaction(STORE, mode);
      const answer = what(turn.objectStore(STORE));
      turn.oncomplete = () => {
        base.close();
        resolve(answer.result);
      };
      turn.onabort = turn.onerror = () => {
        base.close();
        reject(turn.error);
      };
    };
  });
}

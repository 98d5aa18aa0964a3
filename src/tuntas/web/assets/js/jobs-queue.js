// What a phone keeps of an officer's work until there is a signal: photos and notes, each with the key of its form.
//
// An IndexedDB of its own. Nothing leaves it but to our server, once, in the session of the officer who wrote it.

const NAME = "tuntas-jobs";
const STORE = "waiting";
const PAGES = "jobs-pages"; // the cache of the service worker (jobs-worker.js)

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const store = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = store.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    store.close();
  }
}

/** item: { key, officer, number, url, fields: [[name, text or File]], at, problem }. */
export const keep = (item) => within("readwrite", (store) => store.put(item));
export const drop = (key) => within("readwrite", (store) => store.delete(key));
export const all = () => within("readonly", (store) => store.getAll());

export async function waiting() {
  try {
    return await all();
  } catch {
    return []; // no storage here (a private window): then nothing was kept either
  }
}

/** Forget the pages, and with `work` what was not sent. */
export async function purge({ work }) {
  if ("caches" in self) await caches.delete(PAGES);
  if (work && "indexedDB" in self) {
    await new Promise((resolve) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = asked.onerror = asked.onblocked = resolve;
    });
  }
}

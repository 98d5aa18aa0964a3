// The service worker of the jobs pages, and of nothing else: its place is /workspace/jobs/.
//
// With a signal every page comes from the server. Without one, a page that the server allowed to be kept is shown for
// one day at most; a protected report is never kept. SHELL (styles and scripts) is named by workspace.jobs.worker.

const PAGES = "jobs-pages"; // also named in jobs-queue.js, which drops it when the officer signs out
const SHELL_CACHE = "jobs-shell";
const DAY = 24 * 60 * 60 * 1000; // milliseconds
const KEPT_AT = "X-Kept-At";
const ALLOWED = "X-Keep-Offline";
const PATIENCE = 8000; // milliseconds until a kept page is shown instead

self.addEventListener("install", (event) => {
  event.waitUntil(shell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

async function shell() {
  const cache = await caches.open(SHELL_CACHE);
  for (const request of await cache.keys()) {
    if (!self.SHELL.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
  await cache.addAll(self.SHELL);
}

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keepAll(event.data.keep));
});

// Signing out deletes the cache of pages. Whoever keeps pages goes on with the cache that was opened before they were
// asked for: what still comes afterwards is gone with it.
const opened = () => caches.open(PAGES);

const writing = new Map(); // address -> what is being written under it now: meanwhile the cache finds nothing there

async function keepAll(addresses) {
  const pages = await opened();
  await dropOld(pages);
  for (const address of addresses) {
    const url = new URL(address);
    if (url.origin !== location.origin || !url.href.startsWith(self.registration.scope)) continue;
    try {
      await keep(pages, url.href, await fetch(url.href, { headers: { Accept: "text/html" } }));
    } catch {
      return; // no signal any more: what is kept stays
    }
  }
}

async function keep(pages, address, answer) {
  if (answer.redirected || answer.headers.get(ALLOWED) !== "yes") {
    await pages.delete(address); // not to be kept, or not any more
    return;
  }
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const page = new Response(await answer.clone().blob(), { status: answer.status, headers });
  const written = pages.put(address, page);
  writing.set(address, written);
  await written.finally(() => writing.get(address) === written && writing.delete(address));
}

async function keptOf(pages, address) {
  await writing.get(address)?.catch(() => {});
  return pages.match(address, { ignoreVary: true });
}

async function dropOld(pages) {
  for (const request of await pages.keys()) {
    const answer = await keptOf(pages, request.url);
    if (!answer) continue;
    const age = Date.now() - Number(answer.headers.get(KEPT_AT) ?? 0);
    if (!(age >= 0 && age < DAY)) await pages.delete(request);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (self.SHELL.includes(url.pathname) || url.pathname.startsWith("/static/")) event.respondWith(fromShell(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
});

async function fromShell(request) {
  const kept = await caches.match(request, { cacheName: SHELL_CACHE, ignoreSearch: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(SHELL_CACHE)).put(request, answer.clone());
  return answer;
}

async function page(event) {
  const { request } = event;
  const pages = await opened();
  await dropOld(pages);
  const kept = await keptOf(pages, request.url);
  const stop = new AbortController();
  const limit = kept && setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    // Sent on elsewhere: signed out, another office, or a reason is asked for. Then nothing of the page is kept.
    if (answer.type === "opaqueredirect") await pages.delete(request.url);
    else if (answer.ok) event.waitUntil(keep(pages, request.url, answer.clone()));
    return answer;
  } catch (away) {
    const left = kept ?? (await keptOf(pages, request.url)); // it may have come meanwhile
    if (left) return left;
    throw away;
  } finally {
    clearTimeout(limit);
  }
}

// The service worker of the public's pages. It keeps the form and what the form is drawn with, and nothing else: no page about
// anybody, no receipt, no page of officers ever passes through a cache here. /workspace/ is left alone altogether.
//
// The view (portal.installing) puts the list of addresses before this text: KEPT = {version, assets, page, ended}.

/* global KEPT */
import { keep, sendAll } from "./outbox.js";

const CACHE = `form-${KEPT.version}`;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...KEPT.assets, fresh(KEPT.page)])));
});

addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("form-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || pathname.startsWith("/workspace/")) return;
  if (request.method === "GET" && KEPT.assets.includes(pathname)) event.respondWith(asset(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "POST" && pathname === "/lapor/terkirim") event.respondWith(sending(request));
  else if (request.method === "POST" && pathname !== "/lapor") return;
  else event.respondWith(page(event, pathname));
});

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(event, pathname) {
  try {
    const answer = await fetch(event.request);
    if (pathname.startsWith("/bahasa/")) event.waitUntil(again());
    return answer;
  } catch (problem) {
    return (await caches.match(KEPT.page)) ?? Promise.reject(problem);
  }
}

// The report is on its way and the line breaks: it is kept, and the page that opens says so.
async function sending(request) {
  const typed = request.clone();
  try {
    return await fetch(request);
  } catch (problem) {
    await keep([...(await typed.formData())]);
    await registration.sync?.register("outbox").catch(() => {});
    return Response.redirect(KEPT.page, 303);
  }
}

// Another language was chosen: the page without a signal speaks it from now on.
async function again() {
  await (await caches.open(CACHE)).add(fresh(KEPT.page)).catch(() => {});
}

function fresh(address) {
  return new Request(address, { cache: "reload" });
}

// There is news. What the screen says is decided by the vault, and is nothing but that; a touch leads to a page of ours.
addEventListener("push", (event) => event.waitUntil(say(event.data)));

function say(data) {
  let told = {};
  try {
    told = data.json();
  } catch {
    // an empty knock is shown too, as browsers ask
  }
  const { words = "", language = "id", at = "/lacak" } = told;
  return registration.showNotification("Tuntas", { body: words, lang: language, tag: at, icon: "/ikon-192.png", data: at });
}

// The browser gave this device another address, or took the old one back. Which report it belonged to is written nowhere on this
// device, so nothing is asked for anew here (docs/adr/0034): the person is told, and turns it on again on the page itself.
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(ended()));

async function ended() {
  if (Notification.permission !== "granted") return; // the person took it back
  const { words, language } = KEPT.ended;
  await registration.showNotification("Tuntas", { body: words, lang: language, tag: "/lacak", icon: "/ikon-192.png", data: "/lacak" });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});

async function lead(at) {
  const { origin, pathname } = new URL(at, location.origin);
  if (origin !== location.origin) return;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((page) => new URL(page.url).pathname === pathname);
  await (there ? there.focus() : clients.openWindow(pathname));
}

addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendAll().then((done) => done || Promise.reject(new Error("waiting"))));
});

// Telling this phone: [data-phone=KEY] is shown where the browser can be knocked at, and asks for leave when it is pressed.
//
// Inside: a form (its address is asked and told), buttons with data-phone-act, sentences with data-phone-says.

const place = document.querySelector("[data-phone]");

if (place && "serviceWorker" in navigator) begin();

function begin() {
  const can = "PushManager" in window && "Notification" in window;
  // Apple gives knocks to apps on the home screen alone; only Apple's browsers know this word.
  if (!can && navigator.standalone !== false) return;
  place.hidden = false;
  if (!can) return show("install");
  for (const button of place.querySelectorAll("button"))
    button.addEventListener("click", () => act(button).catch(() => show("failed")).finally(() => (button.disabled = false)));
  // Whoever leaves in haste leaves no knocks behind either, whatever the browser makes of the word to forget us.
  document.querySelector("form[data-exit]")?.addEventListener("submit", () => known().then((made) => made?.unsubscribe()));
  look().catch(() => show("off"));
}

async function known() {
  return (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
}

async function look() {
  if (Notification.permission === "denied") return show("denied");
  const made = await known();
  if (made && (await tell("look", made))) return show("on");
  // Leave was given by a press like the one here. Nothing on this device says for which report, so the words say no more either.
  show(Notification.permission === "granted" ? "lost" : "off");
}

async function act(button) {
  button.disabled = true;
  const wanted = button.dataset.phoneAct;
  if (wanted === "on" && (await Notification.requestPermission()) !== "granted") return show("denied");
  await navigator.serviceWorker.register(place.dataset.worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = (await pushManager.getSubscription()) ?? (wanted === "on" && (await subscribe(pushManager)));
  show(made && (await tell(wanted, made)) ? "on" : "off");
  place.querySelector("p:not([hidden]) > button")?.focus();
}

function subscribe(pushManager) {
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: place.dataset.phone });
}

/** Ask the server whether this phone is told of this report, after `wanted` was done. */
async function tell(wanted, made) {
  const form = place.querySelector("form");
  const { endpoint, keys } = made.toJSON();
  const body = new FormData(form);
  for (const [name, value] of Object.entries({ act: wanted, endpoint, key: keys.p256dh, secret: keys.auth })) body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).on;
}

function show(state) {
  for (const part of place.querySelectorAll("[data-phone-says]")) part.hidden = !part.dataset.phoneSays.split(" ").includes(state);
}

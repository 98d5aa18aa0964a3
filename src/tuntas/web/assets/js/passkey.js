// form[data-passkey=get|create] asks the device for a passkey: fetches what to ask from data-ask, and sends the answer
// in the field `answer`. Shown only where the browser can do it; the page has another way beside it.

const text = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
const bytes = (words) => Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

export function offerPasskeys(root) {
  if (!globalThis.PublicKeyCredential) return;
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      askDevice(form).catch(() => say(form));
    });
  }
}

async function askDevice(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = await fetch(form.dataset.ask, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!asked.ok) throw new Error("refused");
  const { publicKey } = await asked.json();
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const list of [publicKey.allowCredentials, publicKey.excludeCredentials]) {
    for (const credential of list ?? []) credential.id = bytes(credential.id);
  }
  const made = form.dataset.passkey === "create";
  const credential = await navigator.credentials[made ? "create" : "get"]({ publicKey });
  form.querySelector("[name=answer]").value = JSON.stringify(answerOf(credential, made));
  form.submit();
}

function answerOf(credential, made) {
  const { response } = credential;
  const parts = made ? ["clientDataJSON", "attestationObject"] : ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const told = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told, clientExtensionResults: {} };
}

function say(form) {
  const state = form.querySelector("[data-passkey-state]");
  if (state) state.textContent = state.dataset.failed;
}

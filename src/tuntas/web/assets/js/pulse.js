// An open desk asks what colleagues did meanwhile: [data-pulse] names the address. Nothing is asked while nobody looks.

const EVERY = 1000; // milliseconds: a colleague's act is on the screen within two seconds
const RESTING = 15_000; // when nobody touched the page for a while, or the line is bad
const AWAKE = 5 * 60_000;

export function watchColleagues() {
  const heart = document.querySelector("[data-pulse]");
  if (!heart || !globalThis.htmx) return;
  let touched = Date.now();
  for (const sign of ["keydown", "pointerdown", "visibilitychange"]) {
    document.addEventListener(sign, () => (touched = Date.now()), { passive: true });
  }
  const beat = async () => {
    let next = EVERY;
    if (document.visibilityState === "visible" && navigator.onLine) next = await ask(heart).catch(() => RESTING);
    if (next) setTimeout(beat, Date.now() - touched > AWAKE ? RESTING : next);
  };
  setTimeout(beat, EVERY);
}

/** One question; the milliseconds until the next, 0 for never again. */
async function ask(heart) {
  const open = document.querySelector("#panel [data-seen]") ?? heart;
  const list = document.querySelector("[data-list]");
  const told = document.querySelector("#news [data-told]")?.dataset.told;
  const asked = new URLSearchParams({
    list: list?.dataset.list ?? "",
    mark: list?.dataset.mark ?? "",
    open: open.dataset.number ?? "",
    seen: told ?? open.dataset.seen ?? "",
  });
  const answer = await fetch(`${heart.dataset.pulse}?${asked}`, { headers: { "HX-Request": "true" } });
  if (answer.status !== 200 && answer.status !== 401) return answer.status === 204 ? EVERY : RESTING;
  const words = await answer.text();
  const now = document.querySelector("#panel [data-seen]") ?? heart;
  if (now === open) globalThis.htmx.swap(heart, words, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
  return answer.status === 401 ? 0 : EVERY;
}

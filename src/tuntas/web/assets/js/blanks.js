// [data-blanks]: an answer that began with a template. Its blanks, "[date of the work]", are gone through one by one: each
// is selected, so that typing takes its place. The button goes on to the next.

const BLANK = /\[[^[\]\n]{2,60}\]/g;

export function fillBlanks(root) {
  const parts = [...root.querySelectorAll("[data-blanks]")];
  if (root.matches?.("[data-blanks]")) parts.push(root);
  for (const part of parts) dress(part);
}

function dress(part) {
  const text = part.querySelector("textarea");
  const next = part.querySelector("[data-next-blank]");
  if (!text || !next) return;
  const show = () => (next.hidden = !text.value.match(BLANK));
  text.addEventListener("input", show);
  next.querySelector("button").addEventListener("click", () => choose(text));
  show();
  if ("begun" in part.dataset) {
    choose(text);
    text.dispatchEvent(new Event("input", { bubbles: true })); // it is kept, and read by the check, like what is typed
  }
}

/** The next blank behind the cursor, else the first. */
function choose(text) {
  const all = [...text.value.matchAll(BLANK)];
  const found = all.find((each) => each.index >= text.selectionEnd) ?? all[0];
  text.focus();
  if (found) text.setSelectionRange(found.index, found.index + found[0].length);
}

// The desk of an officer, [data-desk]: a list and the open report beside it, walked with single letters.
//
// data-key="v" on a button or link: the letter does what pressing it does; with data-aim it only goes there, so that a
// decision takes a second key (Enter). data-does="down|up|open|next|back|search|help" names what a button of ours does.
// Letters rest while somebody types, while a dialog is open, and when the desk says data-keys-off (WCAG 2.1.4).
// A row opens in #panel on a wide window; on a narrow one, or with Ctrl pressed, it is an ordinary link.

import { words } from "./words.js";

const WIDE = matchMedia("(min-width: 70em)");
const ROOMY = matchMedia("(min-width: 48em)");
const desk = () => document.querySelector("[data-desk]");
const panel = () => document.getElementById("panel");
const rows = () => [...document.querySelectorAll("#list .queue a[hx-get]")];
const current = () => document.querySelector("#list a[aria-current]");

export function listenAtTheDesk() {
  if (!desk()) return;
  const bar = document.querySelector("[data-keys-bar]");
  if (bar && !off()) bar.hidden = false;
  if (panel()) desk().classList.add("panes--live");
  unfold();
  ROOMY.addEventListener("change", unfold);
  document.addEventListener("keydown", press);
  document.addEventListener("click", leaveTheLink, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-does]");
    if (button) does[button.dataset.does]?.();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[id^=form-]"); // an edited form is no suggestion any more
    if (form) document.querySelector(`[data-proposal="${form.id.slice(5)}"]`)?.remove();
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const list = document.querySelector("[data-list]")?.dataset.list;
    if (list !== undefined && event.detail.target?.id === "panel") event.detail.parameters.list = list;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "panel") settle();
    if (event.target.id === "list") nameFilters();
  });
  let ticked = [];
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target?.id === "list") ticked = [...document.querySelectorAll("#list [name=number]:checked")].map((box) => box.id);
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id === "list") for (const id of ticked) document.getElementById(id)?.click();
  });
  document.body.addEventListener("htmx:sendError", (event) => tell(event.detail.elt, words("offline")));
}

/** The filters are folded on a phone alone (css/_panes.scss). */
function unfold() {
  const fold = document.querySelector("[data-fold]");
  if (fold && ROOMY.matches) fold.open = true;
}

const off = () => desk().hasAttribute("data-keys-off");
const typing = (place) =>
  place.closest?.("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=submit])");

let wantedNext = ""; // a letter that goes on once its report is open

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || off()) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const arrow = !panel()?.contains(event.target) && { ArrowDown: "down", ArrowUp: "up" }[event.key];
  if (arrow && !event.target.matches("[type=radio]")) {
    event.preventDefault();
    does[arrow]();
    return;
  }
  if (event.key.length !== 1) return;
  const key = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
  const wanted = panel()?.querySelector(key) ?? document.querySelector(key);
  const row = rows().find((each) => each === document.activeElement && each !== current());
  if (row && (!wanted || panel().contains(wanted))) {
    event.preventDefault(); // the letter means the row that has the focus, not the report that happens to be open
    wantedNext = event.key.toLowerCase();
    row.click();
    return;
  }
  if (!wanted) return;
  event.preventDefault();
  if (wanted.closest("[data-begin]")) offerTemplates(wanted);
  else if ("aim" in wanted.dataset) aim(wanted);
  else wanted.click();
}

/** Go where a decision is made, and leave the making to Enter: the button, or the first field that is still empty. */
function aim(wanted) {
  const fold = wanted.closest("details");
  if (!fold) return wanted.focus();
  fold.open = true;
  const form = fold.querySelector("form");
  const empty = [...form.querySelectorAll("textarea, select, input:not([type=hidden])")].find(
    (field) => field.required && !field.value,
  );
  (empty ?? form.querySelector("textarea") ?? form.querySelector("button:not([type=button], [tabindex])")).focus();
}

/** The templates of the open answer, else of the first one; the arrows of a list are Tab and Enter here too. */
function offerTemplates(first) {
  const open = panel()?.querySelector("details.act[open] [data-begin]") ?? document.querySelector("details.act[open] [data-begin]");
  const list = open ?? first.closest("[data-begin]");
  list.closest("details.act").open = true;
  list.open = true;
  list.querySelector("button").focus();
}

const does = {
  down: () => step(1),
  up: () => step(-1),
  open: () => (rows().find((row) => row === document.activeElement) ?? current() ?? rows()[0])?.click(),
  next: () => {
    const all = rows();
    (all[all.indexOf(current()) + 1] ?? all[0])?.click();
  },
  back: () => (current() ?? rows()[0])?.focus(),
  tick: () => {
    const row = (rows().find((each) => each === document.activeElement) ?? current() ?? rows()[0])?.closest("li");
    row?.querySelector("[type=checkbox]")?.click();
  },
  search: () => {
    const field = document.getElementById("filter_words") ?? document.getElementById("q");
    const fold = field?.closest("details");
    if (fold) fold.open = true;
    field?.focus();
  },
  help: () => document.getElementById("keys-help")?.showModal(),
};

function step(by) {
  const all = rows();
  const at = all.findIndex((row) => row === document.activeElement || row.closest("li").contains(document.activeElement));
  const from = at < 0 ? all.indexOf(current()) : at;
  all[Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
}

/** A narrow window, or a key that asks for a new tab: the link is a link, and htmx never hears of it. */
function leaveTheLink(event) {
  const link = event.target.closest?.("#list a[hx-get]");
  if (link && (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey)) event.stopImmediatePropagation();
}

/** Another report stands in the panel: its row is marked, and attention goes to what is new. */
function settle() {
  const number = panel().querySelector("[data-number]")?.dataset.number;
  for (const row of rows()) {
    if (row.id === `row-${number}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  panel().scrollTop = 0;
  (panel().querySelector("[data-error-summary], .refusal") ?? panel().querySelector("[data-panel-start]"))?.focus();
  const then = wantedNext && panel().querySelector(`[data-aim][data-key="${CSS.escape(wantedNext)}"]`);
  wantedNext = "";
  if (then) aim(then);
}

/** What the forms beside the filters keep is what is filtered now. */
function nameFilters() {
  const asked = new URLSearchParams((document.querySelector("[data-list]")?.dataset.list ?? "").split("?")[1] ?? "");
  asked.delete("after");
  asked.delete("before");
  for (const field of document.querySelectorAll("[data-asked]")) field.value = asked.toString();
}

function tell(element, sentence) {
  let state = panel()?.querySelector("[data-lost]");
  if (!state) {
    state = document.createElement("p");
    state.className = "notice notice--waiting";
    state.dataset.lost = "";
    state.setAttribute("role", "alert");
    (element.closest("form") ?? panel() ?? element).append(state);
  }
  state.textContent = sentence;
}

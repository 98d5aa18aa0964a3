// Keys on lists of work, only while focus is inside the list, so that nobody presses one by accident (WCAG 2.1.4).
//
// The desk itself has its own (desk.js). [data-rows]: J or arrow down goes to the next row's first link, K or arrow up to the one before.
// [data-keys]: a letter presses the element inside that has data-key="letter".

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, [data-desk]")) return;
    const region = event.target.closest("[data-rows]");
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (region && step) {
      event.preventDefault();
      move(region, event.target, step);
      return;
    }
    const key = CSS.escape(event.key.toLowerCase());
    const wanted = event.target.closest("[data-keys]")?.querySelector(`[data-key="${key}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    if (wanted.matches("a, button, summary")) wanted.click();
  });
}

function move(region, from, step) {
  const links = [...region.children].map((row) => row.querySelector("a, button, input")).filter(Boolean);
  const here = links.findIndex((link) => link === from || link.closest("[data-rows] > *")?.contains(from));
  links[Math.min(links.length - 1, Math.max(0, here + step))]?.focus();
}

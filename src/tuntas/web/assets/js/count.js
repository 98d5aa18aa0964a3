// Says how many characters are left in a textarea with maxlength, once four fifths are used.

import { words } from "./words.js";

export function countCharacters(root) {
  for (const area of root.querySelectorAll("textarea[maxlength]")) {
    const state = document.createElement("p");
    state.className = "govuk-hint left";
    state.setAttribute("role", "status");
    area.after(state);
    const count = () => {
      const left = area.maxLength - area.value.length;
      const close = left < area.maxLength / 5;
      state.textContent = close ? words("left", { left: left.toLocaleString(document.documentElement.lang) }) : "";
    };
    let waiting = 0; // screen readers hear the pause, not every key
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(count, 500);
    });
    area.form?.addEventListener("tuntas:filled", count);
    count();
  }
}

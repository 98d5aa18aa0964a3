// Signing out takes from this device what the jobs pages kept on it; what was not sent is never thrown away unasked.

import { purge, waiting } from "./jobs-queue.js";

export function clearWhenLeaving() {
  if (document.querySelector("form[data-sign-in]")) purge({ work: false }); // nobody is signed in: the pages go
  for (const form of document.querySelectorAll("form[data-leave]")) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.cleared) return;
      event.preventDefault();
      const left = await waiting();
      if (left.length && !confirm(form.dataset.leave.replace("{count}", left.length))) return;
      await purge({ work: true });
      form.dataset.cleared = "yes";
      form.requestSubmit();
    });
  }
}

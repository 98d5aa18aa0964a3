// [data-helps="#text"]: ticks what a text already says ([data-help=PATTERN]), and shows [data-rude=PATTERN] where it insults.
// It never stops anybody; the patterns come from the server, which reads the text by the same.

const PAUSE = 400; // milliseconds: nothing jumps while fingers move

export function helpWriting(root) {
  for (const box of root.querySelectorAll("[data-helps]")) {
    const area = document.querySelector(box.dataset.helps);
    if (!area) continue;
    const look = () => read(box, area.value);
    let waiting = 0;
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, PAUSE);
    });
    area.form?.addEventListener("tuntas:filled", look);
    look();
  }
}

function read(box, text) {
  const says = (pattern) => new RegExp(pattern, "i").test(text);
  for (const line of box.querySelectorAll("[data-help]")) {
    line.querySelector(".helps__tick").hidden = !says(line.dataset.help);
  }
  const rude = box.querySelector("[data-rude]");
  const insults = says(rude.dataset.rude);
  if (rude.hidden === insults) rude.hidden = !insults;
}

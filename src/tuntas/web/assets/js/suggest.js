// input[data-suggest=ADDRESS]: places while one types, in the browser's own list: keys, screen readers and thumbs know it.
// Without scripts, or without a signal, the next step looks the words up all the same.

const PAUSE = 250; // milliseconds after the last key
const SHORTEST = 3; // letters that narrow anything down

export function suggest(root) {
  for (const input of root.querySelectorAll("input[data-suggest]")) {
    const list = document.createElement("datalist");
    list.id = `${input.id}_list`;
    input.after(list);
    input.setAttribute("list", list.id);
    let waiting = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => fill(input, list), PAUSE);
    });
  }
}

async function fill(input, list) {
  const typed = input.value.trim();
  if (typed.length < SHORTEST || [...list.options].some((option) => option.value === typed)) return;
  try {
    const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ kata: typed })}`);
    const { places } = await answer.json();
    if (input.value.trim() !== typed) return;
    list.replaceChildren(...places.map((place) => Object.assign(document.createElement("option"), { value: place })));
  } catch {
    // No line: what was typed stands.
  }
}

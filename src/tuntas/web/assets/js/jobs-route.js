// The order of the way from where the officer stands, worked out on the phone: the place is told to nobody.
// The same rule as on the server (teamwork/routes.py): always the nearest next.

const EARTH = 6371; // kilometres
const radians = (degrees) => (degrees * Math.PI) / 180;

function kilometres(here, there) {
  const up = radians(there[0] - here[0]);
  const across = radians(there[1] - here[1]);
  const half =
    Math.sin(up / 2) ** 2 + Math.cos(radians(here[0])) * Math.cos(radians(there[0])) * Math.sin(across / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(half)));
}

export function orderFromHere(root, say, told) {
  const button = root.querySelector("[data-from-here]");
  const list = root.querySelector("[data-route]");
  if (!button || !list || !("geolocation" in navigator)) return;
  const line = root.querySelector("[data-route-said]");
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        order(list, [coords.latitude, coords.longitude], say, told);
        line.textContent = say.ordered;
      },
      () => (line.textContent = say.lost),
      { timeout: 20000, maximumAge: 60000 },
    );
  });
}

function order(list, start, say, told) {
  const rows = [...list.children].filter((row) => row.dataset.at);
  const rest = [...list.children].filter((row) => !row.dataset.at);
  const lang = document.documentElement.lang;
  const sorted = [];
  let here = start;
  while (rows.length) {
    const away = rows.map((row) => kilometres(here, row.dataset.at.split(",").map(Number)));
    const index = away.indexOf(Math.min(...away));
    const [row] = rows.splice(index, 1);
    const km = away[index].toLocaleString(lang, { maximumFractionDigits: 1 });
    row.querySelector("[data-away]").textContent = told(say.km, { km });
    here = row.dataset.at.split(",").map(Number);
    sorted.push(row);
  }
  list.replaceChildren(...sorted, ...rest);
}

// [data-later=ADDRESS]: a script for forms with photos and files on a page whose forms are folded. It comes when a fold over such a form
// is opened, or at once where one stands open. Until it is there the form works as without scripts.

export function loadLater(root) {
  const address = root.querySelector("[data-later]")?.dataset.later;
  if (!address) return;
  const fields = (place) => [...place.querySelectorAll("form [type=file]")];
  const load = () => import(address);
  if (fields(root).some((field) => !field.closest("details:not([open])"))) load();
  else root.addEventListener("toggle", ({ target }) => target.open && fields(target).length && load(), true);
}

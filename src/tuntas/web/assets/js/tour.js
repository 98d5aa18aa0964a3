// The part of the page that a step of the tour speaks of gets a frame. Without scripts the words alone say it.

export function frameWhatIsMeant() {
  const mark = document.querySelector("[data-tour]")?.dataset.tour;
  if (mark) document.querySelector(`main ${mark}`)?.classList.add("is-shown");
}

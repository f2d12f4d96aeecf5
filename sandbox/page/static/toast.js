import { el } from "./dom.js";

// toast shows a sentence for some seconds; screen readers hear it too. A phone's
// own notices go into its element, everything else above the whole page.
export function toast(text, place = document.getElementById("toasts")) {
  const note = el("div", { class: "toast" }, text);
  place.append(note);
  while (place.childElementCount > 3) place.firstElementChild.remove();
  setTimeout(() => note.remove(), 3200 + 40 * text.length);
}

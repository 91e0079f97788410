// "Tampilkan kata sandi": shows what is typed while it is pressed, and never sends it as plain text
// that a browser would remember.

import { getElement, listElements } from "./lib/page.js";

for (const button of listElements("[data-show]", HTMLButtonElement)) {
  const field = getElement(`#${button.dataset.show}`, HTMLInputElement);
  const show = (/** @type {boolean} */ isShown) => {
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

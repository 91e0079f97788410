// Verification: a code stands in groups of four while it is typed, and the result can be printed.

import { findElement, getElement } from "./lib/page.js";

const field = getElement("[data-code]", HTMLInputElement);

// A number or an address is left alone, and so is a text in whose middle somebody types.
field.addEventListener("input", () => {
  const signs = field.value.replace(/[\s-]/g, "");
  if (!/^[0-9a-z]{1,12}$/i.test(signs) || field.selectionStart !== field.value.length) return;
  field.value = signs.replace(/.{4}(?=.)/g, "$&-").toUpperCase();
});

const button = findElement("[data-print]", HTMLButtonElement);
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

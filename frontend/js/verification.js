// Verification: a code stands in groups of four while it is typed, and a file can be dropped.

import { keepFragments } from "./lib/fragments.js";
import { findElement, getElement } from "./lib/page.js";

const field = getElement("[data-code]", HTMLTextAreaElement);
keepFragments(field);

// Several lines, a number or an address are left alone, and so is a text in whose middle somebody
// types.
field.addEventListener("input", () => {
  const signs = field.value.replace(/[ -]/g, "");
  if (!/^[0-9a-z]{1,12}$/i.test(signs) || field.selectionStart !== field.value.length) return;
  field.value = signs.replace(/.{4}(?=.)/g, "$&-").toUpperCase();
});

// One line is sent by Enter, as from a field of one line; Shift and Enter begins another.
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (field.value.includes("\n") || !field.value.trim()) return;
  event.preventDefault();
  field.form?.requestSubmit();
});

const form = findElement("[data-drop]", HTMLFormElement);
const chosen = form?.querySelector("input[type=file]");
if (form && chosen instanceof HTMLInputElement) {
  const mark = (/** @type {boolean} */ isOver) => form.classList.toggle("is-over", isOver);
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      mark(true);
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && form.contains(event.relatedTarget))) mark(false);
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer?.files.length) return;
    chosen.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

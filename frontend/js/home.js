// Home: a reader without an account gets "Lanjutkan" too, from the place kept on this device.

import { recallPosition } from "./lib/device.js";
import { keepFragments } from "./lib/fragments.js";
import { findElement, getElement, listElements } from "./lib/page.js";

keepFragments(findElement("[data-code]", HTMLInputElement));

const resume = findElement("[data-resume]", HTMLAnchorElement);
for (const book of resume ? listElements("[data-book]", HTMLAnchorElement) : []) {
  const position = recallPosition(book.dataset.book);
  if (!position || !resume?.hidden) continue;
  resume.href = `${book.pathname}/${position.number}#${position.anchor}`;
  getElement("[data-place]", HTMLElement, resume).textContent =
    `${position.number} · ${position.title}`;
  resume.hidden = false;
}

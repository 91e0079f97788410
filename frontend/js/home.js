// Home: a reader without an account gets "Lanjutkan" too, from the place kept on this device.

import { recall } from "./lib/device.js";

const resume = document.querySelector("[data-resume]");
for (const book of resume ? document.querySelectorAll("[data-book]") : []) {
  const place = recall(`sakuham:posisi:${book.dataset.book}`);
  if (!place || !resume.hidden) continue;
  resume.href = `${book.pathname}/${place.number}#${place.anchor}`;
  resume.querySelector("[data-place]").textContent = `${place.number} · ${place.title}`;
  resume.hidden = false;
}

// Copies a value in one tap, and hands an address to the phone's own sharing.

import { findElement, getElement, listElements } from "./page.js";

const told = findElement("[data-copied]", HTMLElement);

for (const button of navigator.clipboard ? listElements("[data-copy]", HTMLButtonElement) : []) {
  const data = button.dataset;
  const word = getElement("span", HTMLElement, button);
  const before = word.textContent;
  let timer = 0;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(data.copy ?? "");
    } catch {
      return; // The browser does not allow it: the value stands on the page too.
    }
    word.textContent = data.done ?? "";
    if (told) told.textContent = `${told.dataset.word} ${data.label}`;
    clearTimeout(timer);
    timer = setTimeout(() => {
      word.textContent = before;
    }, 2000);
  });
}

for (const button of "share" in navigator ? listElements("[data-share]", HTMLButtonElement) : []) {
  const data = button.dataset;
  button.hidden = false;
  button.addEventListener("click", () => {
    // A person who closes the share dialog has decided; that is no fault.
    navigator.share({ title: data.shareTitle, url: data.share }).catch(() => {});
  });
}

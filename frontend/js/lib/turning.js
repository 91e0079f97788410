// One part at a time on a phone: previous, next, and links to a part by its number.

import { findAround, getElement, listElements } from "./page.js";

/**
 * Show one of the parts; the stylesheet decides whether the others are seen too. Gives what turns
 * to the next part after one of them, if that one is still here and alone.
 *
 * @param {HTMLElement} frame
 * @param {HTMLElement[]} parts one at least
 */
export function turnPages(frame, parts) {
  const pager = getElement("[data-pager]", HTMLElement, frame);
  const back = getElement('[data-step="previous"]', HTMLButtonElement, pager);
  const forth = getElement('[data-step="next"]', HTMLButtonElement, pager);
  let here = 0;

  const show = (/** @type {number} */ index, /** @type {boolean} */ isMoved) => {
    const part = parts[index];
    if (!part) return;
    here = index;
    for (const each of parts) each.classList.toggle("is-here", each === part);
    back.disabled = index === 0;
    forth.hidden = index === parts.length - 1;
    for (const link of listElements("[data-number]", HTMLAnchorElement, frame)) {
      if (link.hash === `#${part.id}`) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    if (!isMoved) return;
    history.replaceState(history.state, "", `#${part.id}`);
    part.scrollIntoView();
    getElement("h2", HTMLElement, part).focus({ preventScroll: true });
  };

  const showNamed = (/** @type {string} */ hash, /** @type {boolean} */ isMoved) => {
    const index = parts.findIndex((part) => `#${part.id}` === hash);
    show(index, isMoved);
    return index >= 0;
  };

  document.addEventListener("click", (event) => {
    const link = findAround(event, 'a[href^="#"]');
    if (link instanceof HTMLAnchorElement && showNamed(link.hash, true)) event.preventDefault();
  });
  back.addEventListener("click", () => show(here - 1, true));
  forth.addEventListener("click", () => show(here + 1, true));
  addEventListener("hashchange", () => showNamed(location.hash, false));

  frame.classList.add("is-paged");
  pager.hidden = false;
  if (!showNamed(location.hash, false)) {
    const open = parts.findIndex(
      (part) => part.id !== "kumpulkan" && !part.querySelector(":checked"),
    );
    show(open < 0 ? parts.length - 1 : open, false);
  }
  return (/** @type {HTMLElement} */ part) => {
    const isAlone = parts.every((each) => each === part || !each.getClientRects().length);
    if (parts[here] === part && isAlone) show(here + 1, true);
  };
}

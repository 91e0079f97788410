// Pekerjaan saya, and what waits for one job: while something is under way, what is shown follows it, more seldom each time.

import { findElement, listElements } from "./lib/page.js";

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;

let pause = FIRST_PAUSE;
for (const element of listElements("[data-plain-only]", HTMLElement)) element.hidden = true;
follow();

function follow() {
  if (Number(findElement("[data-open]", HTMLElement)?.dataset.open) > 0) setTimeout(look, pause);
}

async function look() {
  pause = Math.min(pause * 1.3, LONGEST_PAUSE);
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href);
      if (answer.ok && !answer.redirected) show(await answer.text());
    } catch {
      // No line just now: the next look will do.
    }
  }
  follow();
}

/**
 * Put what has changed in the place of what is shown; what has the focus stays.
 *
 * @param {string} text
 */
function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const shown of listElements("[data-job], [data-open]", HTMLElement)) {
    const job = shown.dataset.job;
    const selector = job ? `[data-job="${job}"]` : "[data-open]";
    const found = findElement(selector, HTMLElement, page);
    if (!found || wordsOf(found) === wordsOf(shown)) continue;
    if (shown.contains(document.activeElement)) {
      const newer = findElement("[data-state]", HTMLElement, found);
      if (newer) findElement("[data-state]", HTMLElement, shown)?.replaceWith(newer);
    } else if (job) {
      shown.replaceWith(found);
    } else if (shown.hasAttribute("data-then-reload") && found.dataset.open === "0") {
      location.reload();
    } else {
      shown.dataset.open = found.dataset.open;
      shown.replaceChildren(...found.childNodes);
    }
  }
}

/**
 * What an element holds, but for the tokens of its forms: those differ at each look, and all work.
 *
 * @param {HTMLElement} element
 */
function wordsOf(element) {
  const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
  for (const token of copy.querySelectorAll('[name="csrf_token"]')) token.remove();
  return copy.innerHTML;
}

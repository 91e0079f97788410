// "Keluar cepat": leaves without a trace of this page in the way back, by its link or by a key:
// Shift, three times within five seconds and nothing else between, as GOV.UK's "Exit this page".

import { findAround, findElement, getElement } from "./page.js";

const PRESSES = 3;
const WAIT = 5000;

/**
 * Leave by this link: nothing of the page is seen while the other one is fetched.
 *
 * @param {HTMLAnchorElement} link
 */
function leave(link) {
  document.body.hidden = true;
  document.title = "…";
  location.replace(link.href);
}

/**
 * Make link and key work.
 *
 * @param {HTMLAnchorElement} link
 */
function openWayOut(link) {
  const told = getElement("[data-way-out-told]", HTMLElement);
  const key = getElement("#keluar-cepat-tombol", HTMLElement);
  let presses = 0;
  let isAlone = false;
  let timer = 0;

  /** Count from the beginning again, and say so where something had been said. */
  const startOver = () => {
    clearTimeout(timer);
    if (presses) told.textContent = told.dataset.none ?? "";
    presses = 0;
  };

  const count = () => {
    clearTimeout(timer);
    presses += 1;
    if (presses === PRESSES) return leave(link);
    timer = setTimeout(startOver, WAIT);
    told.textContent = (presses === 1 ? told.dataset.two : told.dataset.one) ?? "";
  };

  key.hidden = false;
  link.setAttribute("aria-describedby", key.id);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link);
  });
  // Or else each place of this page that was led to, such as a turn of a scene, would stand in the
  // way back, and show itself to whoever goes back from where the link leads.
  addEventListener("click", (event) => {
    const place = findAround(event, 'a[href^="#"]');
    if (!(place instanceof HTMLAnchorElement) || place === link) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    location.replace(place.hash);
  });
  // Shift held for a capital letter, or to walk backwards through the page, is not a press.
  addEventListener("keydown", (event) => {
    isAlone = event.key === "Shift";
    if (!isAlone) startOver();
  });
  addEventListener("keyup", (event) => event.key === "Shift" && isAlone && count());
}

const link = findElement("[data-way-out]", HTMLAnchorElement);
if (link) openWayOut(link);

// "Lanjut sendiri": where one question is seen at a time, the first answer that a finger or a mouse
// gives to it leads to the next one. Never from the keyboard, never for several answers, and not
// where it was switched off.

import { keep, recall } from "./device.js";
import { findAround, getElement } from "./page.js";

const NAME = "sakuham:lanjut-sendiri";
// Long enough to see what was chosen, and to choose another.
const PAUSE = 700;

/**
 * Watch a form's questions; `turn` goes on from one of them.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} choice
 * @param {HTMLElement[]} questions
 * @param {(question: HTMLElement) => void} turn
 */
export function leadOn(form, choice, questions, turn) {
  const box = getElement("input", HTMLInputElement, choice);
  const answered = new Set(questions.filter((question) => question.querySelector(":checked")));
  let isPointer = false;
  let waiting = 0;

  const note = (/** @type {Event} */ event) => {
    clearTimeout(waiting);
    isPointer = event.type === "pointerdown";
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, note, true);

  form.addEventListener("change", (event) => {
    const question = findAround(event, ".question");
    if (!question) return;
    const isFirst = !answered.has(question);
    answered.add(question);
    if (!box.checked || !isPointer || !isFirst || !findAround(event, '[type="radio"]')) return;
    waiting = setTimeout(() => turn(question), PAUSE);
  });
  box.checked = recall(NAME) !== false;
  box.addEventListener("change", () => keep(NAME, box.checked));
  choice.hidden = false;
}

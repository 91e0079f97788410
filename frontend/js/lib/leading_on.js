// "Lanjut sendiri": where one question is seen at a time, the first answer that a finger or a mouse
// gives to it leads to the next one. Never from the keyboard, never for several answers, and not where it was switched off.

import { keep, recall } from "./device.js";

const NAME = "sakuham:lanjut-sendiri";
// Long enough to see what was chosen, and to choose another.
const PAUSE = 700;

/** Watch a form's questions; `turn` goes on from one of them. */
export function leadOn(form, choice, questions, turn) {
  const box = choice.querySelector("input");
  const isAnswered = (question) => question.querySelector(":checked") !== null;
  const answered = new Set(questions.filter(isAnswered));
  let isPointer = false;
  let waiting = 0;

  const note = (event) => {
    clearTimeout(waiting);
    isPointer = event.type === "pointerdown";
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, note, true);

  form.addEventListener("change", (event) => {
    const question = event.target.closest(".question");
    if (!question) return;
    const isFirst = !answered.has(question);
    answered.add(question);
    if (!box.checked || !isPointer || !isFirst || event.target.type !== "radio") return;
    waiting = setTimeout(() => turn(question), PAUSE);
  });
  box.checked = recall(NAME) ?? true;
  box.addEventListener("change", () => keep(NAME, box.checked));
  choice.hidden = false;
}

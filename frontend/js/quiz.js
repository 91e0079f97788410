// The final quiz: saves each answer as it is given, shows where it is kept, and on a phone shows
// one question at a time. Without this file the page is one form that saves and submits.

import { answersOf } from "./lib/device.js";
import { leadOn } from "./lib/leading_on.js";
import { findAround, findElement, getElement, listElements } from "./lib/page.js";
import { makeQueue } from "./lib/queue.js";
import { turnPages } from "./lib/turning.js";
import "./lib/way_out.js";

const FLUSH_WAIT = 6000;
const SEND_WAIT = 15000;
const UNLIKE = "99999";

/** @typedef {import("./lib/queue.js").Trouble | "held"} Notice */

const quiz = getElement("[data-quiz]", HTMLElement);
const form = getElement("#lembar", HTMLFormElement);
const notice = getElement("[data-notice]", HTMLElement, quiz);
const states = getElement("#keadaan", HTMLTemplateElement).content;
const news = getElement("#berita", HTMLTemplateElement).content;
const questions = listElements(".question", HTMLElement, form);
const positions = questions.map((question) => Number(question.dataset.position));
const store = answersOf(quiz.dataset.token);
/** @type {Notice | null} */
let shownNotice = null;

const questionAt = (/** @type {number} */ position) =>
  getElement(`#soal-${position}`, HTMLElement, form);

const inputsOf = (/** @type {number} */ position) =>
  listElements(".choice input", HTMLInputElement, questionAt(position));

const chosenIn = (/** @type {number} */ position) =>
  inputsOf(position).flatMap((input) => (input.checked ? [Number(input.value)] : []));

/**
 * Put one answer to the server; a request may outlive the page.
 *
 * @param {import("./lib/device.js").Entry} answer
 */
async function send(answer) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), SEND_WAIT);
  try {
    const response = await fetch(questionAt(answer.position).dataset.saveUrl ?? "", {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": quiz.dataset.csrf ?? "" },
      body: JSON.stringify({ choices: answer.choices, sequence: answer.sequence }),
      credentials: "same-origin",
      redirect: "error",
      keepalive: true,
      signal: aborter.signal,
    });
    const body = response.ok ? await response.json() : null;
    return { status: response.status, body };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Show where an answer is kept: beside the question and in the list of numbers.
 *
 * @param {number} position
 * @param {"saved" | "device" | "unsaved"} name
 */
function showState(position, name) {
  const isAnswered = chosenIn(position).length > 0;
  const shown = name === "saved" && !isAnswered ? "empty" : name;
  const badge = getElement(`[data-state="${shown}"]`, Element, states).cloneNode(true);
  getElement(".save-state", HTMLElement, questionAt(position)).replaceChildren(badge);
  const number = getElement(`[data-number="${position}"]`, HTMLElement, quiz);
  number.classList.toggle("is-answered", isAnswered && name === "saved");
  number.classList.toggle("is-kept", name !== "saved");
  getElement("[data-word]", HTMLElement, number).textContent = badge.textContent;
  showUnanswered();
}

/** Count what is left, in the header and in the last part of the form. */
function showUnanswered() {
  const left = positions.filter((position) => !chosenIn(position).length);
  for (const counter of listElements("[data-left]", HTMLElement)) {
    counter.textContent = String(left.length);
  }
  const answered = positions.length - left.length;
  getElement("[data-answered]", HTMLProgressElement).value = answered;
  getElement("[data-all-answered]", HTMLElement, quiz).hidden = left.length > 0;
  getElement("[data-unanswered]", HTMLElement, quiz).hidden = left.length === 0;
  const links = left.flatMap((position, index) => {
    const link = document.createElement("a");
    link.href = `#soal-${position}`;
    link.textContent = String(position);
    return index ? [", ", link] : [link];
  });
  getElement("[data-unanswered-list]", HTMLElement, quiz).replaceChildren(...links);
}

/**
 * Say what stands in the way, once, and take it back when it is gone.
 *
 * @param {Notice | null} kind
 * @param {number} count
 */
function showTrouble(kind, count) {
  const isShown = kind === shownNotice || (shownNotice === "held" && kind === "lost");
  if (!isShown) {
    shownNotice = kind;
    const text = kind && getElement(`[data-news="${kind}"]`, Element, news);
    notice.replaceChildren(...(text ? [text.cloneNode(true)] : []));
  }
  const counter = findElement("[data-count]", HTMLElement, notice);
  if (counter) counter.textContent = String(count);
}

const queue = makeQueue(
  new Map(questions.map((each) => [Number(each.dataset.position), Number(each.dataset.sequence)])),
  store,
  send,
  {
    state: showState,
    trouble: showTrouble,
    adopt(position, choices) {
      for (const input of inputsOf(position)) {
        input.checked = choices.includes(Number(input.value));
      }
    },
  },
  (work, milliseconds) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
);

form.addEventListener("change", (event) => {
  const position = Number(findAround(event, ".question")?.dataset.position);
  if (position) queue.put(position, chosenIn(position));
});

/**
 * Stay here and show why: every answer is kept, and nothing has been submitted.
 *
 * @param {Notice} kind
 */
function hold(kind) {
  showTrouble(kind, queue.size);
  notice.scrollIntoView({ block: "center" });
}

/**
 * Send everything first, then let the form go, once; without a connection it stays here.
 *
 * @param {HTMLElement} submitter
 */
async function submitLater(submitter) {
  if (isWaiting) return;
  isWaiting = true;
  /** @type {Promise<"slow">} */
  const patience = new Promise((resolve) => setTimeout(resolve, FLUSH_WAIT, "slow"));
  const trouble = await Promise.race([queue.flush(), patience]);
  isWaiting = false;
  if (trouble === "lost" || (trouble === "slow" && !navigator.onLine)) hold("held");
  else if (trouble === "signed-out" || trouble === "stale") hold(trouble);
  else {
    mayGo = true;
    if ("requestSubmit" in form) form.requestSubmit(submitter);
    else submitter.click(); // Safari before 16
  }
}

let isWaiting = false;
let mayGo = false;

// Both this form and the question of confirmation outside it lead here.
form.addEventListener("submit", (event) => {
  if (mayGo || (navigator.onLine && !queue.size)) return;
  event.preventDefault();
  if (navigator.onLine)
    submitLater(event.submitter ?? getElement('[value="kumpulkan"]', HTMLElement, form));
  else hold("held");
});

// Only what still waits goes with the form: an old tab must not overwrite a newer answer. The
// server keeps a question that differs from what the page began with, and nothing is UNLIKE.
form.addEventListener("formdata", (event) => {
  const waiting = queue.positions;
  for (const position of positions) {
    if (waiting.includes(position)) {
      event.formData.set(`semula-${position}`, UNLIKE);
    } else {
      event.formData.delete(`jawaban-${position}`);
      event.formData.delete(`semula-${position}`);
    }
  }
});

store.watch(queue.follow);
addEventListener("online", () => queue.flush());
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  mayGo = false;
  queue.restore();
});
document.addEventListener("visibilitychange", () => queue.size && queue.flush());

for (const element of listElements("[data-plain-only]", HTMLElement)) element.hidden = true;
showUnanswered();
queue.restore();
const turn = turnPages(quiz, [...questions, getElement(".submit-panel", HTMLElement, form)]);
leadOn(form, getElement("[data-lead-on]", HTMLElement, quiz), questions, turn);

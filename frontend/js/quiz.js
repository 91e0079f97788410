// The final quiz: saves each answer as it is given, shows where it is kept, and on a phone shows
// one question at a time. Without this file the page is one form that saves and submits.

import { answersOf } from "./lib/device.js";
import { leadOn } from "./lib/leading_on.js";
import { makeQueue } from "./lib/queue.js";
import { turnPages } from "./lib/turning.js";
import "./lib/way_out.js";

const FLUSH_WAIT = 6000;
const SEND_WAIT = 15000;
const UNLIKE = "99999";

const quiz = document.querySelector("[data-quiz]");
const form = document.querySelector("#lembar");
const notice = quiz.querySelector("[data-notice]");
const states = document.querySelector("#keadaan").content;
const news = document.querySelector("#berita").content;
const sheets = [...form.querySelectorAll(".question")];
const questions = new Map(sheets.map((element) => [+element.dataset.position, element]));
const store = answersOf(quiz.dataset.token);
let shownTrouble = null;

const inputsOf = (position) => [...questions.get(position).querySelectorAll(".choice input")];

const chosenIn = (position) =>
  inputsOf(position).flatMap((input) => (input.checked ? [+input.value] : []));

/** Put one answer to the server; a request may outlive the page. */
async function send(answer) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), SEND_WAIT);
  try {
    const response = await fetch(questions.get(answer.position).dataset.saveUrl, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": quiz.dataset.csrf },
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

/** Show where an answer is kept: beside the question and in the list of numbers. */
function showState(position, name) {
  const isAnswered = chosenIn(position).length > 0;
  const shown = name === "saved" && !isAnswered ? "empty" : name;
  const badge = states.querySelector(`[data-state="${shown}"]`).cloneNode(true);
  questions.get(position).querySelector(".save-state").replaceChildren(badge);
  const number = quiz.querySelector(`[data-number="${position}"]`);
  number.classList.toggle("is-answered", isAnswered && name === "saved");
  number.classList.toggle("is-kept", name !== "saved");
  number.querySelector("[data-word]").textContent = badge.textContent;
  showUnanswered();
}

/** Count what is left, in the header and in the last part of the form. */
function showUnanswered() {
  const left = [...questions.keys()].filter((position) => !chosenIn(position).length);
  for (const counter of document.querySelectorAll("[data-left]")) counter.textContent = left.length;
  document.querySelector("[data-answered]").value = questions.size - left.length;
  quiz.querySelector("[data-all-answered]").hidden = left.length > 0;
  quiz.querySelector("[data-unanswered]").hidden = left.length === 0;
  const links = left.flatMap((position, index) => {
    const link = document.createElement("a");
    link.href = `#soal-${position}`;
    link.textContent = position;
    return index ? [", ", link] : [link];
  });
  quiz.querySelector("[data-unanswered-list]").replaceChildren(...links);
}

/** Say what stands in the way, once, and take it back when it is gone. */
function showTrouble(kind, count) {
  const counter = notice.querySelector("[data-count]");
  if (counter) counter.textContent = count;
  if (kind === shownTrouble || (shownTrouble === "held" && kind === "lost")) return;
  shownTrouble = kind;
  notice.replaceChildren();
  if (!kind) return;
  notice.append(news.querySelector(`[data-news="${kind}"]`).cloneNode(true));
  const fresh = notice.querySelector("[data-count]");
  if (fresh) fresh.textContent = count;
}

const queue = makeQueue(
  new Map(sheets.map((element) => [+element.dataset.position, +element.dataset.sequence])),
  store,
  send,
  {
    state: showState,
    trouble: showTrouble,
    adopt(position, choices) {
      for (const input of inputsOf(position)) input.checked = choices.includes(+input.value);
    },
  },
  (work, milliseconds) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
);

form.addEventListener("change", (event) => {
  const question = event.target.closest(".question");
  if (question) queue.put(+question.dataset.position, chosenIn(+question.dataset.position));
});

/** Stay here and show why: every answer is kept, and nothing has been submitted. */
function hold(kind) {
  showTrouble(kind, queue.size);
  notice.scrollIntoView({ block: "center" });
}

/** Send everything first, then let the form go; without a connection it stays here. */
async function submitLater(submitter) {
  const patience = new Promise((resolve) => setTimeout(resolve, FLUSH_WAIT, "slow"));
  const trouble = await Promise.race([queue.flush(), patience]);
  if (trouble === "lost" || (trouble === "slow" && !navigator.onLine)) hold("held");
  else if (trouble === "signed-out" || trouble === "stale") hold(trouble);
  else {
    mayGo = true;
    if (form.requestSubmit) form.requestSubmit(submitter);
    else submitter.click();
  }
}

let mayGo = false;

// Both this form and the question of confirmation outside it lead here.
form.addEventListener("submit", (event) => {
  if (mayGo || (navigator.onLine && !queue.size)) return;
  event.preventDefault();
  if (navigator.onLine) submitLater(event.submitter ?? form.querySelector('[value="kumpulkan"]'));
  else hold("held");
});

// Only what still waits goes with the form: an old tab must not overwrite a newer answer. The
// server keeps a question that differs from what the page began with, and nothing is UNLIKE.
form.addEventListener("formdata", (event) => {
  const waiting = queue.positions;
  for (const position of questions.keys()) {
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

for (const element of document.querySelectorAll("[data-plain-only]")) element.hidden = true;
showUnanswered();
queue.restore();
const turn = turnPages(quiz, [...sheets, form.querySelector(".submit-panel")]);
leadOn(form, quiz.querySelector("[data-lead-on]"), sheets, turn);

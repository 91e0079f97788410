// The chapter: remembers the paragraph being read, and checks small questions in place.

import { recallPosition, savePosition } from "./lib/device.js";
import { findAround, findElement, getElement, listElements } from "./lib/page.js";
import "./lib/way_out.js";

const chapter = getElement(".chapter", HTMLElement);
const facts = chapter.dataset;
const number = Number(facts.number);
const paragraphs = listElements(".prose [id]", HTMLElement, chapter).filter((element) =>
  /^p\d+$/.test(element.id),
);
/** @type {Set<Element>} */
const visible = new Set();
let seen = "";
let sent = "";
let hasGoneOn = false;

// Where a paragraph comes to stand that an address leads to. What is above counts as read, or
// else each return would lead one paragraph further back.
const padding = getComputedStyle(document.documentElement).scrollPaddingTop;
const margin = paragraphs[0] ? getComputedStyle(paragraphs[0]).scrollMarginTop : "";
const edge = (parseFloat(padding) || 0) + (parseFloat(margin) || 0);

const watcher = new IntersectionObserver(notice, { rootMargin: `${1 - edge}px 0px 0px` });

/**
 * Note which paragraph is the first that is seen.
 *
 * @param {IntersectionObserverEntry[]} entries
 */
function notice(entries) {
  for (const entry of entries) {
    if (entry.isIntersecting) visible.add(entry.target);
    else visible.delete(entry.target);
  }
  const first = paragraphs.find((paragraph) => visible.has(paragraph));
  if (!first) return;
  seen = first.id;
  const link = getElement("[data-text-size]", HTMLAnchorElement);
  const address = new URL(link.href);
  address.searchParams.set("kembali", `${location.pathname}#${seen}`);
  link.href = address.href;
}

/** Tell the server, or this device for a reader without an account, where the reader is. */
function savePlace() {
  if (hasGoneOn || !seen || seen === sent) return;
  sent = seen;
  if (facts.positionUrl) {
    const fields = new FormData();
    fields.set("jangkar", seen);
    fields.set("csrf_token", facts.token ?? "");
    navigator.sendBeacon(facts.positionUrl, fields);
  } else {
    savePosition(facts.slug, { number, anchor: seen, title: facts.title ?? "" });
  }
}

const kept = recallPosition(facts.slug);
const resume = findElement("[data-resume]", HTMLElement);
if (
  resume &&
  !location.hash &&
  kept?.number === number &&
  kept.anchor !== paragraphs[0]?.id &&
  document.getElementById(kept.anchor)
) {
  getElement("a", HTMLAnchorElement, resume).hash = kept.anchor;
  resume.hidden = false;
}

for (const paragraph of paragraphs) watcher.observe(paragraph);
addEventListener("pagehide", savePlace);
// Who finishes the chapter is in the next one: a late word from here would lead back.
findElement(".pager form", HTMLFormElement)?.addEventListener("submit", () => {
  hasGoneOn = true;
});
addEventListener("pageshow", () => {
  hasGoneOn = false;
});

const bar = getElement("[data-reading-bar]", HTMLProgressElement);
const before = bar.value;

/** Fill the bar with how far the chapter has been scrolled. */
function fillBar() {
  const length = chapter.offsetTop + chapter.offsetHeight - innerHeight;
  bar.value = before + Math.min(1, length > 0 ? scrollY / length : 1);
}

addEventListener("scroll", fillBar, { passive: true });
addEventListener("resize", fillBar);
fillBar();

const finishing = getElement("[data-finish]", HTMLElement);
const done = getElement("[data-done]", HTMLElement);
let isFinished = !done.hidden;

/** Ask for what the chapter's last button asks for: a form where somebody is signed in, or a link. */
function askToFinish() {
  /** @type {RequestInit} */
  const asked = { redirect: "manual", keepalive: true };
  if (!(finishing instanceof HTMLFormElement)) {
    return fetch(finishing.getAttribute("href") ?? "", asked);
  }
  return fetch(finishing.action, { ...asked, method: "POST", body: new FormData(finishing) });
}

/** Note that the chapter was read, as its last button does too: here the reader stays. */
async function finish() {
  if (isFinished) return;
  isFinished = true;
  const answer = await askToFinish().catch(() => undefined);
  // The answer leads on to the next chapter, where this page does not follow.
  isFinished = answer?.type === "opaqueredirect";
  done.hidden = !isFinished;
  // On record the reader is in the next chapter now.
  if (isFinished && facts.positionUrl) hasGoneOn = true;
}

new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) finish();
}).observe(finishing);

document.addEventListener("visibilitychange", () => document.hidden && savePlace());

const lost = findElement("[data-lost]", HTMLElement);

/**
 * Ask for the verdict on a small question, and show it where the question stands.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} pressed
 */
async function check(form, pressed) {
  const address = new URL(form.action);
  const button = getElement(".button", HTMLButtonElement, form);
  const why = getElement("[data-why]", HTMLButtonElement, form);
  address.hash = "";
  new FormData(form).forEach((value, name) => {
    address.searchParams.append(name, String(value));
  });
  address.searchParams.set(pressed.name, pressed.value);
  const response = await fetch(address.href, { headers: { "X-Part": "check" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const choices = getElement(".choices", HTMLElement, page);
  const answer = getElement(".check-answer", HTMLElement, page);
  const next = getElement(".button", HTMLButtonElement, page);
  getElement(".choices", HTMLElement, form).replaceWith(choices);
  // The status region and the buttons stay: the one is read out, the other keeps the focus.
  getElement(".check-answer", HTMLElement, form).replaceChildren(...answer.childNodes);
  button.replaceChildren(...next.childNodes);
  button.className = next.className;
  button.value = next.value;
  why.hidden = getElement("[data-why]", HTMLButtonElement, page).hidden;
  // It goes once it is answered, and would take the focus with it.
  if (pressed === why) button.focus();
  if (form.querySelector(":checked")) form.dataset.tried = "";
  if (!document.querySelector(".check:not([data-tried])")) finish();
}

/**
 * Answer an event of a small question in its place.
 *
 * @param {Event} event
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} pressed
 */
function answer(event, form, pressed) {
  if (!lost) return;
  event.preventDefault();
  lost.hidden = true;
  check(form, pressed).catch(() => {
    lost.hidden = false;
  });
}

addEventListener("submit", (event) => {
  const form = findAround(event, ".check");
  if (!(form instanceof HTMLFormElement)) return;
  answer(event, form, getElement(".button", HTMLButtonElement, form));
});

// Not told apart by what was submitted: browsers of before 2022 do not say which button it was.
addEventListener("click", (event) => {
  const why = findAround(event, "[data-why]");
  if (why instanceof HTMLButtonElement && why.form) answer(event, why.form, why);
});

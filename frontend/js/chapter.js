// The chapter: remembers the paragraph being read, and checks small questions in place.

import { keep, recall } from "./lib/device.js";
import "./lib/way_out.js";

const chapter = document.querySelector(".chapter");
const facts = chapter.dataset;
const paragraphs = [...chapter.querySelectorAll(".prose [id]")].filter((element) =>
  /^p\d+$/.test(element.id),
);
const place = `sakuham:posisi:${facts.slug}`;
const visible = new Set();
let seen = "";
let sent = "";
let hasGoneOn = false;

// Where a paragraph comes to stand that an address leads to. What is above counts as read, or
// else each return would lead one paragraph further back.
const styles = [document.documentElement, paragraphs[0]].map((it) => it && getComputedStyle(it));
const edge =
  (parseFloat(styles[0].scrollPaddingTop) || 0) + (parseFloat(styles[1]?.scrollMarginTop) || 0);

const watcher = new IntersectionObserver(notice, { rootMargin: `${1 - edge}px 0px 0px` });

/** Note which paragraph is the first that is seen. */
function notice(entries) {
  for (const entry of entries) {
    if (entry.isIntersecting) visible.add(entry.target);
    else visible.delete(entry.target);
  }
  const first = paragraphs.find((paragraph) => visible.has(paragraph));
  if (!first) return;
  seen = first.id;
  const link = document.querySelector("[data-text-size]");
  const address = new URL(link.href);
  address.searchParams.set("kembali", `${location.pathname}#${seen}`);
  link.href = address;
}

/** Tell the server, or this device for a reader without an account, where the reader is. */
function keepPlace() {
  if (hasGoneOn || !seen || seen === sent) return;
  sent = seen;
  if (facts.positionUrl) {
    const fields = new FormData();
    fields.set("jangkar", seen);
    fields.set("csrf_token", facts.token);
    navigator.sendBeacon(facts.positionUrl, fields);
  } else {
    keep(place, { number: +facts.number, anchor: seen, title: facts.title });
  }
}

const kept = recall(place);
const resume = document.querySelector("[data-resume]");
if (
  resume &&
  !location.hash &&
  kept?.number === +facts.number &&
  kept.anchor !== paragraphs[0]?.id
) {
  const link = resume.querySelector("a");
  link.hash = kept.anchor;
  resume.hidden = !document.getElementById(kept.anchor);
}

for (const paragraph of paragraphs) watcher.observe(paragraph);
addEventListener("pagehide", keepPlace);
// Who finishes the chapter is in the next one: a late word from here would lead back.
document.querySelector(".pager form")?.addEventListener("submit", () => {
  hasGoneOn = true;
});
addEventListener("pageshow", () => {
  hasGoneOn = false;
});

const bar = document.querySelector("[data-reading-bar]");
const before = bar.value;

/** Fill the bar with how far the chapter has been scrolled. */
function fillBar() {
  const length = chapter.offsetTop + chapter.offsetHeight - innerHeight;
  bar.value = before + Math.min(1, length > 0 ? scrollY / length : 1);
}

addEventListener("scroll", fillBar, { passive: true });
addEventListener("resize", fillBar);
fillBar();

const finishing = document.querySelector("[data-finish]");
const done = document.querySelector("[data-done]");
let isFinished = !done.hidden;

/** Note that the chapter was read, as its last button does too: here the reader stays. */
async function finish() {
  if (isFinished) return;
  isFinished = true;
  const asked = { redirect: "manual", keepalive: true };
  if (finishing.action) Object.assign(asked, { method: "POST", body: new FormData(finishing) });
  const answer = await fetch(finishing.action || finishing.href, asked).catch(() => undefined);
  // The answer leads on to the next chapter, where this page does not follow.
  isFinished = answer?.type === "opaqueredirect";
  done.hidden = !isFinished;
  // On record the reader is in the next chapter now.
  if (isFinished && facts.positionUrl) hasGoneOn = true;
}

new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) finish();
}).observe(finishing);

document.addEventListener("visibilitychange", () => document.hidden && keepPlace());

const lost = document.querySelector("[data-lost]");

/** Ask for the verdict on a small question, and show it where the question stands. */
async function check(form) {
  const question = new URLSearchParams(new FormData(form));
  const button = form.querySelector(".button");
  question.set(button.name, button.value);
  const address = form.action.split("#")[0];
  const response = await fetch(`${address}?${question}`, { headers: { "X-Part": "check" } });
  if (!response.ok) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  // The status region and the button stay: the one is read out, the other keeps the focus.
  form.querySelector(".choices").replaceWith(page.querySelector(".choices"));
  for (const part of [".check-answer", ".button"]) {
    const old = form.querySelector(part);
    const fresh = page.querySelector(part);
    old.className = fresh.className;
    if (fresh.value) old.value = fresh.value;
    old.replaceChildren(...fresh.childNodes);
  }
  if (form.querySelector(":checked")) form.dataset.tried = "";
  if (!document.querySelector(".check:not([data-tried])")) finish();
}

addEventListener("submit", (event) => {
  if (!event.target.matches(".check")) return;
  event.preventDefault();
  lost.hidden = true;
  check(event.target).catch(() => {
    lost.hidden = false;
  });
});

// One part at a time, as the quiz shows its questions on a phone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const question = (/** @type {number} */ number, checked = "") => `
  <fieldset id="soal-${number}">
    <h2 tabindex="-1">Soal ${number}</h2>
    <input type="radio" name="jawaban-${number}" ${checked}>
  </fieldset>`;

const QUIZ = `
  <main>
    ${question(1, "checked")}${question(2)}${question(3)}
    <section id="kumpulkan"><h2 tabindex="-1">Kumpulkan</h2></section>
    <nav data-pager hidden>
      <button type="button" data-step="previous">Sebelumnya</button>
      <button type="button" data-step="next">Berikutnya</button>
    </nav>
    <a href="#soal-1" data-number="1">1</a>
    <a href="#soal-2" data-number="2">2</a>
    <a href="#lain" id="elsewhere">lain</a>
  </main>`;

async function openParts(body = QUIZ, hash = "") {
  const page = await openPage("lib/turning", body, {
    url: `https://sakuham.example/percobaan/abc${hash}`,
  });
  const parts = [...page.document.querySelectorAll("fieldset, section")];
  const shown = new Set(parts);
  for (const part of parts) {
    // What the stylesheet shows has a place; jsdom lays nothing out.
    Object.assign(part, { getClientRects: () => (shown.has(part) ? [{}] : []) });
  }
  const turnAfter = page.exports.turnPages(page.get("main"), parts);
  return {
    page,
    shown,
    back: page.get("button", '[data-step="previous"]'),
    forth: page.get("button", '[data-step="next"]'),
    here: () => [...page.document.querySelectorAll(".is-here")].map((part) => part.id),
    turnAfter: (/** @type {number} */ number) => turnAfter(parts[number - 1]),
  };
}

test("the first part without an answer is shown, and the pager", async () => {
  const { page, back, here } = await openParts();
  assert.deepEqual(here(), ["soal-2"]);
  assert.equal(page.get("nav").hidden, false);
  assert.equal(page.get("a", '[data-number="2"]').getAttribute("aria-current"), "step");
  assert.equal(back.disabled, false);
  assert.equal(page.window.location.hash, "");
});

test("with every answer given the last part is shown, which has no next", async () => {
  const body = QUIZ.replaceAll('type="radio"', 'type="radio" checked');
  const { forth, here } = await openParts(body);
  assert.deepEqual(here(), ["kumpulkan"]);
  assert.equal(forth.hidden, true);
});

test("an address that names a part shows it, answered or not", async () => {
  assert.deepEqual((await openParts(QUIZ, "#soal-1")).here(), ["soal-1"]);
  assert.deepEqual((await openParts(QUIZ, "#soal-9")).here(), ["soal-2"]);
});

test("previous and next move one part, take the focus along and end at the ends", async () => {
  const { page, back, forth, here } = await openParts(QUIZ, "#soal-1");
  assert.equal(back.disabled, true);
  back.click();
  assert.deepEqual(here(), ["soal-1"]);
  forth.click();
  assert.deepEqual(here(), ["soal-2"]);
  assert.equal(page.document.activeElement?.textContent, "Soal 2");
  assert.equal(page.window.location.hash, "#soal-2");
  for (let count = 0; count < 5; count += 1) forth.click();
  assert.deepEqual(here(), ["kumpulkan"]);
});

test("turning adds nothing to the way back", async () => {
  const { page, forth } = await openParts();
  const before = page.window.history.length;
  forth.click();
  assert.equal(page.window.history.length, before);
});

test("a link to a part leads there, and a link to anything else is the browser's", async () => {
  const { page, here } = await openParts();
  assert.equal(page.fire(page.get("a", '[data-number="1"]'), "click"), false);
  assert.deepEqual(here(), ["soal-1"]);
  assert.equal(page.fire(page.get("a", "#elsewhere"), "click"), true);
  assert.equal(page.fire(page.document, "click"), true);
  assert.deepEqual(here(), ["soal-1"]);
  assert.deepEqual(page.faults, []);
});

test("an address typed by hand shows its part and leaves the focus alone", async () => {
  const { page, here } = await openParts();
  page.window.location.hash = "#soal-3";
  page.fire(page.window, "hashchange");
  assert.deepEqual(here(), ["soal-3"]);
  assert.equal(page.document.activeElement, page.document.body);
});

test("a part leads on only while it is here and alone", async () => {
  const { shown, here, turnAfter } = await openParts();
  turnAfter(2); // all of them are seen, as on a wide screen
  assert.deepEqual(here(), ["soal-2"]);
  for (const part of shown) if (part.id !== "soal-2") shown.delete(part);
  turnAfter(1);
  assert.deepEqual(here(), ["soal-2"]);
  turnAfter(2);
  assert.deepEqual(here(), ["soal-3"]);
});

// "Lanjut sendiri": the first answer by finger or mouse leads on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const NAME = "sakuham:lanjut-sendiri";

const choice = (/** @type {number} */ number, kind = "radio", checked = "") =>
  `<label><input type="${kind}" name="jawaban-${number}" ${checked}></label>`;

const FORM = `
  <label hidden data-lead-on><input type="checkbox"></label>
  <form>
    <fieldset class="question" id="soal-1">${choice(1)}${choice(1)}</fieldset>
    <fieldset class="question" id="soal-2">${choice(2, "checkbox")}${choice(2, "checkbox")}</fieldset>
    <fieldset class="question" id="soal-3">${choice(3, "radio", "checked")}${choice(3)}</fieldset>
    <textarea></textarea>
  </form>`;

/** @param {Parameters<typeof openPage>[2]} given */
async function openForm(given = {}) {
  const page = await openPage("lib/leading_on", FORM, given);
  /** @type {string[]} */
  const turned = [];
  page.exports.leadOn(
    page.get("form"),
    page.get("label", "[data-lead-on]"),
    [...page.document.querySelectorAll(".question")],
    (/** @type {Element} */ question) => turned.push(question.id),
  );
  return {
    page,
    turned,
    box: page.get("input", '[type="checkbox"]'),
    /** Choose the first or the second answer to a question. */
    answer(/** @type {number} */ number, place = 0, by = "pointerdown") {
      const input = page.document.querySelectorAll(`#soal-${number} input`)[place];
      assert.ok(input);
      page.fire(input, by);
      page.fire(input, "change");
    },
  };
}

test("the first answer by finger or mouse leads on, after a pause to see it", async () => {
  const { page, turned, answer } = await openForm();
  answer(1);
  page.pass(699);
  assert.deepEqual(turned, []);
  page.pass(1);
  assert.deepEqual(turned, ["soal-1"]);
});

test("who chooses another answer meanwhile stays", async () => {
  const { page, turned, answer } = await openForm();
  answer(1);
  page.pass(300);
  answer(1, 1);
  page.pass(5000);
  assert.deepEqual(turned, []);
});

test("a finger put down anywhere meanwhile stays too", async () => {
  const { page, turned, answer } = await openForm();
  answer(1);
  page.fire(page.document.body, "pointerdown");
  page.pass(5000);
  assert.deepEqual(turned, []);
});

test("an answer from the keyboard never leads on", async () => {
  const { page, turned, answer } = await openForm();
  answer(1, 0, "keydown");
  page.pass(5000);
  assert.deepEqual(turned, []);
});

test("a question with several answers never leads on", async () => {
  const { page, turned, answer } = await openForm();
  answer(2);
  page.pass(5000);
  assert.deepEqual(turned, []);
});

test("a question that was answered before does not lead on", async () => {
  const { page, turned, answer } = await openForm();
  answer(3, 1);
  page.pass(5000);
  assert.deepEqual(turned, []);
});

test("it is shown, and its being switched off is kept on this device", async () => {
  const { page, turned, box, answer } = await openForm();
  assert.equal(page.get("label", "[data-lead-on]").hidden, false);
  assert.equal(box.checked, true);
  box.click();
  answer(1);
  page.pass(5000);
  assert.deepEqual(turned, []);
  assert.equal(page.window.localStorage.getItem(NAME), "false");
  const again = await openForm({
    prepare: ({ localStorage }) => localStorage.setItem(NAME, "false"),
  });
  assert.equal(again.box.checked, false);
});

test("a device that keeps nothing, or something else, has it switched on", async () => {
  assert.equal((await openForm({ url: "about:blank" })).box.checked, true);
  const prepare = (/** @type {import("jsdom").DOMWindow} */ window) =>
    window.localStorage.setItem(NAME, "{");
  assert.equal((await openForm({ prepare })).box.checked, true);
});

test("a change outside of any question is nobody's answer", async () => {
  const { page, turned } = await openForm();
  page.fire(page.get("textarea"), "change");
  page.pass(5000);
  assert.deepEqual(turned, []);
  assert.deepEqual(page.faults, []);
});

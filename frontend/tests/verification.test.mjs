// Verification: a code in groups of four while it is typed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const FIELD =
  '<form data-drop><textarea data-code name="kode"></textarea><input type="file" name="berkas"></form>';

/** Type a text, of which the last letter stands at `place`. */
async function type(/** @type {string} */ text, place = text.length) {
  const page = await openPage("verification", FIELD);
  const field = page.get("textarea");
  field.value = text;
  field.setSelectionRange(place, place);
  page.fire(field, "input");
  return field.value;
}

test("a code stands in groups of four, in capitals", async () => {
  assert.equal(await type("mbt9"), "MBT9");
  assert.equal(await type("mbt96"), "MBT9-6");
  assert.equal(await type("mbt96k8jg5mg"), "MBT9-6K8J-G5MG");
  assert.equal(await type("MBT9-6k"), "MBT9-6K");
  assert.equal(await type("mbt9 6k8j g5mg"), "MBT9-6K8J-G5MG");
});

test("what is no code is left as it is typed", async () => {
  for (const text of [
    "",
    " ",
    "-",
    "HAM.01/000123/2026",
    "mbt96k8jg5mgx",
    "https://a.example/v",
    "mbt9\nabcd",
  ]) {
    assert.equal(await type(text), text);
  }
});

test("who mends a letter in the middle keeps their place", async () => {
  assert.equal(await type("mbt96k8j", 3), "mbt96k8j");
});

test("one line is sent by Enter, and several are not", async () => {
  /** @type {string[]} */
  const sent = [];
  const page = await openPage("verification", FIELD);
  const form = page.get("form");
  form.requestSubmit = () => sent.push(page.get("textarea").value);
  const field = page.get("textarea");
  const press = (shiftKey = false) =>
    field.dispatchEvent(
      new page.window.KeyboardEvent("keydown", { key: "Enter", shiftKey, cancelable: true }),
    );
  press();
  field.value = "MBT9-6K8J-G5MG";
  press(true);
  press();
  field.value = "MBT9-6K8J-G5MG\n";
  press();
  assert.deepEqual(sent, ["MBT9-6K8J-G5MG"]);
});

test("of a pasted address what is signed stays here", async () => {
  const address = "HTTPS://SAKUHAM.EXAMPLE/V/MBT96K8JG5MG";
  assert.equal(await type(`${address}#Q4AQCGF7`), address);
  assert.equal(await type(`${address}#Q4AQCGF7\n${address}#Q4`), `${address}\n${address}`);
});

test("a form says that a file can be dropped, and a drop of none sends nothing", async () => {
  const page = await openPage("verification", FIELD);
  const form = page.get("form");
  let sent = 0;
  form.requestSubmit = () => (sent += 1);
  const drop = (/** @type {string} */ name, /** @type {object} */ given = {}) => {
    const event = new page.window.Event(name, { bubbles: true, cancelable: true });
    return form.dispatchEvent(Object.assign(event, given));
  };
  assert.equal(drop("dragover"), false);
  assert.ok(form.classList.contains("is-over"));
  drop("drop", { dataTransfer: { files: [] } });
  assert.ok(!form.classList.contains("is-over"));
  assert.equal(sent, 0);
});

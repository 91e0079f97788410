// Verification: a code in groups of four while it is typed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const FIELD = '<form><input data-code name="kode"></form>';

/** Type a text, of which the last letter stands at `place`. */
async function type(/** @type {string} */ text, place = text.length) {
  const page = await openPage("verification", FIELD);
  const field = page.get("input");
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
  for (const text of ["", " ", "-", "HAM.01/000123/2026", "mbt96k8jg5mgx", "https://a.example/v"]) {
    assert.equal(await type(text), text);
  }
});

test("who mends a letter in the middle keeps their place", async () => {
  assert.equal(await type("mbt96k8j", 3), "mbt96k8j");
});

test("a result can be printed where there is one", async () => {
  let prints = 0;
  const page = await openPage("verification", `${FIELD}<button data-print hidden>Cetak</button>`, {
    prepare: (window) => Object.assign(window, { print: () => (prints += 1) }),
  });
  const button = page.get("button");
  assert.equal(button.hidden, false);
  button.click();
  assert.equal(prints, 1);
});

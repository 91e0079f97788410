// "Tampilkan kata sandi".

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const FORM = `
  <form>
    <input id="lama" type="password" name="lama" value="melati">
    <button type="button" hidden aria-pressed="false" data-show="lama">Tampilkan</button>
    <input id="baru" type="password" name="baru">
    <button type="button" hidden aria-pressed="false" data-show="baru">Tampilkan</button>
  </form>`;

test("a password is shown while its button is pressed, and no other one", async () => {
  const page = await openPage("password", FORM);
  const button = page.get("button", '[data-show="lama"]');
  const field = page.get("input", "#lama");
  assert.equal(button.hidden, false);
  button.click();
  assert.equal(field.type, "text");
  assert.equal(button.getAttribute("aria-pressed"), "true");
  assert.equal(page.get("input", "#baru").type, "password");
  button.click();
  assert.equal(field.type, "password");
  assert.equal(button.getAttribute("aria-pressed"), "false");
  assert.equal(field.value, "melati");
});

test("a password that is shown is sent as a password, so that no browser remembers it", async () => {
  const page = await openPage("password", FORM);
  for (const button of page.document.querySelectorAll("button")) button.click();
  page.fire(page.get("form"), "submit");
  assert.equal(page.get("input", "#lama").type, "password");
  assert.equal(page.get("input", "#baru").type, "password");
});

test("a field outside of any form is shown too", async () => {
  const page = await openPage("password", FORM.replace("<form>", "").replace("</form>", ""));
  page.get("button", '[data-show="lama"]').click();
  assert.equal(page.get("input", "#lama").type, "text");
  assert.deepEqual(page.faults, []);
});

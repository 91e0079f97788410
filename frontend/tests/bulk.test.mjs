// Many certificates at once: whole folders are offered where the browser can choose them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const FORM = `<form><div data-folder hidden><input type="file" multiple></div></form>`;

test("a folder is chosen as a whole where the browser knows how", async () => {
  const page = await openPage("bulk", FORM, {
    prepare: (window) =>
      Object.defineProperty(window.HTMLInputElement.prototype, "webkitdirectory", {
        value: false,
        writable: true,
      }),
  });
  assert.equal(page.get("div").hidden, false);
  assert.equal(page.get("input").webkitdirectory, true);
});

test("where it does not, a field that says folder is not there", async () => {
  const page = await openPage("bulk", FORM);
  assert.equal(page.get("div").hidden, true);
});

// "Keluar cepat": by its link, or by Shift three times.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

// In a window that goes nowhere, the way out leads to another place of the same page.
const BAR = `
  <p id="keluar-cepat-tombol" hidden>atau tekan Shift tiga kali</p>
  <a href="#cuaca" data-way-out>Keluar cepat</a>
  <p data-way-out-told data-two="Dua kali lagi." data-one="Sekali lagi." data-none="Batal."></p>
  <input><a href="#adegan-2" id="pilihan">Bertanya</a>`;

async function openBar(body = BAR) {
  const page = await openPage("lib/way_out", body);
  const before = page.window.history.length;
  return {
    page,
    told: () => page.get("p", "[data-way-out-told]").textContent,
    key(/** @type {string} */ name, key = "Shift") {
      page.fire(page.document.body, name, { key });
    },
    press() {
      this.key("keydown");
      this.key("keyup");
    },
    /** Whether the page is gone from sight and from the way back. */
    hasLeft() {
      const { body, title } = page.document;
      const isGone = body.hidden && title === "…" && page.window.location.hash === "#cuaca";
      return isGone && page.window.history.length === before;
    },
  };
}

test("what leads to another place of the page leaves the way back as it was", async () => {
  const { page } = await openBar();
  const before = page.window.history.length;
  page.get("a", "#pilihan").click();
  assert.equal(page.window.location.hash, "#adegan-2");
  assert.equal(page.window.history.length, before);
  assert.equal(page.fire(page.get("a", "#pilihan"), "click", { ctrlKey: true }), true);
});

test("the link leaves without a trace in the way back", async () => {
  const bar = await openBar();
  assert.equal(bar.hasLeft(), false);
  bar.page.get("a").click();
  assert.equal(bar.hasLeft(), true);
});

test("shift, three times, leaves, and each press says what is missing", async () => {
  const bar = await openBar();
  assert.equal(bar.page.get("p", "#keluar-cepat-tombol").hidden, false);
  assert.equal(bar.page.get("a").getAttribute("aria-describedby"), "keluar-cepat-tombol");
  bar.press();
  assert.equal(bar.told(), "Dua kali lagi.");
  bar.press();
  assert.equal(bar.told(), "Sekali lagi.");
  assert.equal(bar.hasLeft(), false);
  bar.press();
  assert.equal(bar.hasLeft(), true);
});

test("whoever waits too long between begins again", async () => {
  const bar = await openBar();
  bar.press();
  bar.press();
  bar.page.pass(4999);
  assert.equal(bar.told(), "Sekali lagi.");
  bar.page.pass(1);
  assert.equal(bar.told(), "Batal.");
  bar.press();
  assert.equal(bar.told(), "Dua kali lagi.");
  assert.equal(bar.hasLeft(), false);
});

test("shift held for a capital letter is no press, and begins again", async () => {
  const bar = await openBar();
  bar.press();
  bar.press();
  bar.key("keydown");
  bar.key("keydown", "A");
  bar.key("keyup", "A");
  bar.key("keyup");
  assert.equal(bar.told(), "Batal.");
  assert.equal(bar.hasLeft(), false);
});

test("a key held down, which repeats itself, is one press", async () => {
  const bar = await openBar();
  for (let count = 0; count < 9; count += 1) bar.key("keydown");
  bar.key("keyup");
  assert.equal(bar.told(), "Dua kali lagi.");
});

test("a key let go that was pressed elsewhere is no press", async () => {
  const bar = await openBar();
  for (let count = 0; count < 3; count += 1) bar.key("keyup");
  assert.equal(bar.told(), "");
  assert.equal(bar.hasLeft(), false);
});

test("a page without a way out has none by its keys either", async () => {
  const bar = await openBar("<p>Nilai dasar</p>");
  for (let count = 0; count < 3; count += 1) bar.press();
  assert.equal(bar.page.document.body.hidden, false);
  assert.deepEqual(bar.page.faults, []);
});

// Copying and sharing, on the pages of a certificate and of a pocketbook.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage, settle } from "./window.mjs";

const PAGE = `
  <button hidden data-copy="MBT9-6K8J-G5MG" data-label="Kode" data-done="Tersalin">
    <svg></svg> <span>Salin</span>
  </button>
  <button hidden data-share="https://sakuham.example/v/MBT9" data-share-title="Sertifikat"></button>
  <p data-copied data-word="Tersalin:" role="status"></p>`;

/**
 * Open the page of a certificate in a browser with these abilities.
 *
 * @param {object} abilities
 * @param {(text: string) => Promise<void>} [abilities.copy]
 * @param {(data: ShareData) => Promise<void>} [abilities.share]
 */
const openSharing = ({ copy, share }, script = "certificate") =>
  openPage(script, PAGE, {
    prepare({ navigator }) {
      if (copy) Object.defineProperty(navigator, "clipboard", { value: { writeText: copy } });
      if (share) Object.defineProperty(navigator, "share", { value: share });
    },
  });

for (const script of ["certificate", "book"]) {
  test(`${script}: a value is copied in one tap, and that is said`, async () => {
    /** @type {string[]} */
    const copied = [];
    const page = await openSharing({ copy: async (text) => void copied.push(text) }, script);
    const button = page.get("button", "[data-copy]");
    assert.equal(button.hidden, false);
    button.click();
    await settle();
    assert.deepEqual(copied, ["MBT9-6K8J-G5MG"]);
    assert.equal(page.get("span").textContent, "Tersalin");
    assert.equal(page.get("p", "[data-copied]").textContent, "Tersalin: Kode");
    page.pass(2000);
    assert.equal(page.get("span").textContent, "Salin");
  });
}

test("who taps twice has the button's own word again in the end", async () => {
  const page = await openSharing({ copy: async () => {} });
  const button = page.get("button", "[data-copy]");
  button.click();
  await settle();
  page.pass(1500);
  button.click();
  await settle();
  page.pass(1500);
  assert.equal(page.get("span").textContent, "Tersalin");
  page.pass(500);
  assert.equal(page.get("span").textContent, "Salin");
});

test("a browser that refuses to copy is not said to have copied", async () => {
  const page = await openSharing({
    copy: async () => {
      throw new DOMException("denied", "NotAllowedError");
    },
  });
  page.get("button", "[data-copy]").click();
  await settle();
  assert.equal(page.get("span").textContent, "Salin");
  assert.equal(page.get("p", "[data-copied]").textContent, "");
  assert.deepEqual(page.faults, []);
});

test("a page that announces nothing is copied from all the same", async () => {
  const page = await openSharing({ copy: async () => {} });
  page.get("p", "[data-copied]").remove();
  page.get("button", "[data-copy]").click();
  await settle();
  assert.equal(page.get("span").textContent, "Tersalin");
});

test("a browser that can neither copy nor share shows neither button", async () => {
  const page = await openSharing({});
  assert.equal(page.get("button", "[data-copy]").hidden, true);
  assert.equal(page.get("button", "[data-share]").hidden, true);
});

test("an address is handed to the phone's own sharing, and who closes that has decided", async () => {
  /** @type {ShareData[]} */
  const shared = [];
  const page = await openSharing({
    share: async (data) => {
      shared.push({ ...data });
      throw new DOMException("closed", "AbortError");
    },
  });
  const button = page.get("button", "[data-share]");
  assert.equal(button.hidden, false);
  button.click();
  await settle();
  assert.deepEqual(shared, [{ title: "Sertifikat", url: "https://sakuham.example/v/MBT9" }]);
  assert.deepEqual(page.faults, []);
});

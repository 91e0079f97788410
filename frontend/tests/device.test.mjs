// What is kept on the device, in a browser that keeps it, and in one that does not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const ENTRY = { position: 2, choices: [0, 3], sequence: 4 };
const NAME = "sakuham:jawaban:abc:2";

/** @param {Parameters<typeof openPage>[2]} given */
async function openDevice(given = {}) {
  const page = await openPage("lib/device", "", given);
  /** @type {typeof import("../js/lib/device.js")} */
  const device = /** @type {any} */ (page.exports);
  return { page, device, answers: device.answersOf("abc") };
}

// A window of no site has no storage, as a browser with cookies off.
const REFUSES = { url: "about:blank" };

/** What objects of another window say. */
const plain = (/** @type {unknown} */ value) => JSON.parse(JSON.stringify(value));

test("a value is kept, read and forgotten", async () => {
  const { device } = await openDevice();
  assert.equal(device.recall("a"), undefined);
  assert.equal(device.keep("a", false), true);
  assert.equal(device.recall("a"), false);
  device.forget("a");
  assert.equal(device.recall("a"), undefined);
});

test("a browser that keeps nothing is no error", async () => {
  const { device, answers } = await openDevice(REFUSES);
  assert.equal(device.keep("a", 1), false);
  assert.equal(device.recall("a"), undefined);
  device.forget("a");
  assert.equal(answers.put(ENTRY), false);
  assert.deepEqual(plain(answers.all()), []);
  answers.drop(2, 9);
});

test("a full device says that it does not keep an answer", async () => {
  const { answers } = await openDevice({ storageQuota: 20 });
  assert.equal(answers.put(ENTRY), false);
  assert.deepEqual(plain(answers.all()), []);
});

test("answers are kept for one attempt each", async () => {
  const { device, answers } = await openDevice();
  assert.equal(answers.put(ENTRY), true);
  assert.deepEqual(plain(answers.all()), [ENTRY]);
  assert.deepEqual(plain(device.answersOf("abcd").all()), []);
});

test("an answer is forgotten once the server has it, but not a newer one", async () => {
  const { answers } = await openDevice();
  answers.put(ENTRY);
  answers.drop(2, 3);
  assert.deepEqual(plain(answers.all()), [ENTRY]);
  answers.drop(2, 4);
  assert.deepEqual(plain(answers.all()), []);
});

test("what is no answer is left out, whoever wrote it", async () => {
  const { page, answers } = await openDevice();
  for (const text of ["{", "null", "7", '{"position":2}', '{"position":2,"choices":[0]}', "[]"]) {
    page.window.localStorage.setItem(NAME, text);
    assert.deepEqual(plain(answers.all()), [], text);
  }
  answers.drop(2, 0);
  assert.equal(page.window.localStorage.getItem(NAME), null);
});

test("an answer given in another tab is heard, and nothing else", async () => {
  const { page, answers } = await openDevice();
  /** @type {unknown[]} */
  const heard = [];
  answers.watch((entry) => heard.push(plain(entry)));
  const tell = (/** @type {string | null} */ key, /** @type {string | null} */ newValue) =>
    page.fire(page.window, "storage", { key, newValue });
  tell(NAME, JSON.stringify(ENTRY));
  assert.deepEqual(heard, [ENTRY]);
  tell(NAME, null); // forgotten there
  tell(null, null); // everything was cleared
  tell(NAME, "{");
  tell(NAME, '{"position":2,"choices":null,"sequence":5}');
  tell("sakuham:jawaban:other:2", JSON.stringify(ENTRY));
  assert.equal(heard.length, 1);
  assert.deepEqual(page.faults, []);
});

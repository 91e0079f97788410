// "Pekerjaan saya" follows what is under way.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage, settle } from "./window.mjs";

/** @param {number} open how many are not done yet */
const page = (open, state = "Dikerjakan: 10 dari 100") => `
  <p role="status" data-open="${open}">Belum selesai: ${open}.</p>
  <p data-plain-only><a href="/pekerjaan">Lihat keadaan terbaru</a></p>
  <ul>
    <li data-job="7">Unggah daftar <span data-state>${state}</span>
      ${open ? "<button>Batalkan</button>" : '<a href="/pekerjaan/7/hasil">Unduh</a>'}</li>
    <li data-job="6">Ekspor <span data-state>Selesai</span></li>
  </ul>`;

/** @param {number} open */
async function openJobs(open) {
  const shown = await openPage("jobs", page(open), { url: "https://sakuham.example/pekerjaan" });
  return {
    shown,
    state: () => shown.get("span", "[data-state]").textContent,
    async pass(/** @type {number} */ milliseconds) {
      shown.pass(milliseconds);
      await settle();
      await settle();
    },
  };
}

test("what is under way is looked at again, more seldom each time", async () => {
  const { shown, state, pass } = await openJobs(1);
  shown.respond = async () => new Response(page(1, "Dikerjakan: 60 dari 100"));
  assert.equal(shown.get("p", "[data-plain-only]").hidden, true);
  await pass(1999);
  assert.equal(shown.requests.length, 0);
  await pass(1);
  assert.equal(state(), "Dikerjakan: 60 dari 100");
  await pass(2000);
  assert.equal(shown.requests.length, 1);
  await pass(600);
  assert.equal(shown.requests.length, 2);
});

test("once everything is done, that is said and nobody is asked any more", async () => {
  const { shown, state, pass } = await openJobs(1);
  shown.respond = async () => new Response(page(0, "Selesai"));
  await pass(2000);
  assert.equal(state(), "Selesai");
  assert.equal(shown.get("p", "[data-open]").textContent, "Belum selesai: 0.");
  assert.ok(shown.get("a", '[href="/pekerjaan/7/hasil"]'));
  await pass(60_000);
  assert.equal(shown.requests.length, 1);
});

test("a page with nothing under way asks nobody", async () => {
  const { shown, pass } = await openJobs(0);
  await pass(60_000);
  assert.deepEqual(shown.requests, []);
});

test("no line, a busy server and an ended session leave what is shown, and are tried again", async () => {
  const { shown, state, pass } = await openJobs(1);
  const redirected = Object.defineProperty(new Response("Masuk"), "redirected", { value: true });
  for (const respond of [
    async () => {
      throw new TypeError("no connection");
    },
    async () => new Response("Terlalu sibuk", { status: 503 }),
    async () => redirected,
  ]) {
    shown.respond = respond;
    await pass(30_000);
    assert.equal(state(), "Dikerjakan: 10 dari 100");
  }
  shown.respond = async () => new Response(page(1, "Dikerjakan: 90 dari 100"));
  await pass(30_000);
  assert.equal(state(), "Dikerjakan: 90 dari 100");
  assert.deepEqual(shown.faults, []);
});

test("a button that has the focus keeps it, while its job goes on", async () => {
  const { shown, state, pass } = await openJobs(1);
  const button = shown.get("button");
  button.focus();
  shown.respond = async () => new Response(page(1, "Dikerjakan: 60 dari 100"));
  await pass(2000);
  assert.equal(state(), "Dikerjakan: 60 dari 100");
  assert.equal(shown.document.activeElement, button);
});

test("a line of which only the token differs stays as it is", async () => {
  const { shown, pass } = await openJobs(1);
  const withToken = (/** @type {string} */ token) =>
    page(1).replace("<button>", `<input type="hidden" name="csrf_token" value="${token}"><button>`);
  shown.respond = async () => new Response(withToken("a"));
  await pass(2000);
  const button = shown.get("button");
  shown.respond = async () => new Response(withToken("b"));
  await pass(30_000);
  assert.equal(shown.get("button"), button);
});

test("a page that is not looked at does not ask", async () => {
  const { shown, pass } = await openJobs(1);
  Object.defineProperty(shown.document, "hidden", { value: true });
  await pass(30_000);
  assert.deepEqual(shown.requests, []);
});

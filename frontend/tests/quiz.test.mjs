// The quiz's page: where each answer is kept, what stands in the way, and handing in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage, settle } from "./window.mjs";

const question = (/** @type {number} */ number) => `
  <fieldset class="question" id="soal-${number}" data-position="${number}" data-sequence="0"
    data-save-url="/percobaan/abc/jawaban/${number}">
    <h2 tabindex="-1">Soal ${number}</h2><p class="save-state" data-of="${number}">Belum dijawab</p>
    <label class="choice"><input type="radio" name="jawaban-${number}" value="0"></label>
    <label class="choice"><input type="radio" name="jawaban-${number}" value="1"></label>
  </fieldset>`;

const states = { empty: "Belum", saved: "Tersimpan", device: "Di perangkat", unsaved: "Tidak" };
const news = ["lost", "held", "signed-out", "closed", "stale"];

const QUIZ = `
  <progress value="0" max="2" data-answered></progress><b data-left>2</b>
  <div data-quiz data-token="abc" data-csrf="token">
    <label hidden data-lead-on><input type="checkbox"></label>
    <div data-notice role="status"></div>
    <form id="lembar" method="post" action="/percobaan/abc">
      ${question(1)}${question(2)}
      <section class="submit-panel" id="kumpulkan"><h2 tabindex="-1">Kumpulkan</h2>
        <p data-all-answered hidden></p>
        <p data-unanswered><span data-unanswered-list></span></p>
        <span data-plain-only><button name="aksi" value="simpan">Simpan</button></span>
        <button name="aksi" value="kumpulkan">Kumpulkan</button>
      </section>
    </form>
    <nav data-pager hidden>
      <button type="button" data-step="previous"></button>
      <button type="button" data-step="next"></button>
    </nav>
    <a href="#soal-1" data-number="1"><i data-word></i></a>
    <a href="#soal-2" data-number="2"><i data-word></i></a>
    <template id="keadaan">${Object.entries(states)
      .map(([name, word]) => `<span data-state="${name}">${word}</span>`)
      .join("")}</template>
    <template id="berita">${news
      .map((name) => `<div data-news="${name}">${name} <b data-count></b></div>`)
      .join("")}</template>
  </div>`;

/** What a server answers that has saved it, and one that cannot be reached. */
const saves = async (/** @type {string} */ _, /** @type {RequestInit} */ { body }) =>
  Response.json(JSON.parse(String(body)));
const isAway = async () => {
  throw new TypeError("no connection");
};

/** @param {Parameters<typeof openPage>[2]} given */
async function openQuiz(given = {}) {
  let isOnline = true;
  const page = await openPage("quiz", QUIZ, {
    url: "https://sakuham.example/percobaan/abc",
    respond: saves,
    ...given,
    prepare(window) {
      Object.defineProperty(window.navigator, "onLine", { get: () => isOnline });
      given.prepare?.(window);
    },
  });
  await settle();
  return {
    page,
    state: (/** @type {number} */ number) => page.get("p", `[data-of="${number}"]`).textContent,
    notice: () => page.get("div", "[data-notice]").textContent,
    kept: () => Object.keys(page.window.localStorage),
    async answer(/** @type {number} */ number, place = 1) {
      page.get("input", `[name="jawaban-${number}"][value="${place}"]`).click();
      await settle();
    },
    async connect(/** @type {boolean} */ isThere) {
      isOnline = isThere;
      page.respond = isThere ? saves : isAway;
      if (isThere) page.fire(page.window, "online");
      await settle();
    },
    /** Press "Kumpulkan"; gives how often the form went. */
    async handIn(presses = 1) {
      let count = 0;
      const watch = (/** @type {Event} */ event) => {
        if (!event.defaultPrevented) count += 1;
        event.preventDefault(); // jsdom goes nowhere
      };
      page.window.addEventListener("submit", watch);
      for (let press = 0; press < presses; press += 1) {
        page.get("button", '[value="kumpulkan"]').click();
      }
      await settle();
      page.window.removeEventListener("submit", watch);
      return count;
    },
  };
}

test("an answer is sent as it is given, and the page says where it is", async () => {
  const { page, state, answer, kept } = await openQuiz();
  await answer(1);
  const [address, asked] = page.requests[0] ?? [];
  assert.equal(address, "/percobaan/abc/jawaban/1");
  assert.equal(asked?.method, "PUT");
  assert.equal(asked?.body, '{"choices":[1],"sequence":1}');
  assert.equal(state(1), "Tersimpan");
  assert.equal(page.get("a", '[data-number="1"]').className, "is-answered");
  assert.equal(page.get("b", "[data-left]").textContent, "1");
  assert.equal(page.get("progress").value, 1);
  assert.equal(page.get("span", "[data-unanswered-list]").textContent, "2");
  assert.deepEqual(kept(), []);
});

test("without a connection answers stay on the device, and go once it is back", async () => {
  const { state, notice, answer, kept, connect } = await openQuiz();
  await connect(false);
  await answer(1);
  await answer(2);
  assert.equal(state(1), "Di perangkat");
  assert.equal(notice(), "lost 2");
  assert.equal(kept().length, 2);
  await connect(true);
  assert.equal(state(1), "Tersimpan");
  assert.equal(state(2), "Tersimpan");
  assert.equal(notice(), "");
  assert.deepEqual(kept(), []);
});

test("nothing is handed in without a connection, and everything after it", async () => {
  const { notice, answer, connect, handIn } = await openQuiz();
  await connect(false);
  await answer(1);
  assert.equal(await handIn(), 0);
  assert.equal(notice(), "held 1");
  await connect(true);
  assert.equal(await handIn(), 1);
});

test("the form waits for answers that are on their way, and goes once", async () => {
  const { page, answer, handIn } = await openQuiz();
  const way = Promise.withResolvers();
  page.respond = async (address, asked) => {
    await way.promise;
    return saves(address, asked);
  };
  await answer(1);
  assert.equal(await handIn(2), 0);
  const going = handIn(0);
  way.resolve(undefined);
  assert.equal(await going, 1);
});

test("an ended session and a closed attempt are said, and nothing is handed in by the first", async () => {
  for (const [status, word] of /** @type {const} */ ([
    [401, "signed-out 1"],
    [403, "stale 1"],
  ])) {
    const { page, notice, answer, handIn } = await openQuiz();
    page.respond = async () => new Response("", { status });
    await answer(1);
    assert.equal(notice(), word);
    assert.equal(await handIn(), 0);
  }
  const { page, notice, answer } = await openQuiz();
  page.respond = async () => new Response("", { status: 409 });
  await answer(1);
  assert.equal(notice(), "closed 1");
});

test("a device that keeps nothing says so until the server has the answer", async () => {
  const { state, answer, connect } = await openQuiz({ storageQuota: 1 });
  await connect(false);
  await answer(1);
  assert.equal(state(1), "Tidak");
  await connect(true);
  assert.equal(state(1), "Tersimpan");
});

test("what an earlier visit left is chosen, shown and sent", async () => {
  const { page, state } = await openQuiz({
    prepare: ({ localStorage }) =>
      localStorage.setItem(
        "sakuham:jawaban:abc:2",
        JSON.stringify({ position: 2, choices: [1], sequence: 3 }),
      ),
  });
  assert.equal(page.get("input", '[name="jawaban-2"][value="1"]').checked, true);
  assert.equal(state(2), "Tersimpan");
});

test("an answer given in another tab is chosen here too", async () => {
  const { page, state } = await openQuiz();
  const newValue = JSON.stringify({ position: 1, choices: [0], sequence: 2 });
  page.fire(page.window, "storage", { key: "sakuham:jawaban:abc:1", newValue });
  assert.equal(page.get("input", '[name="jawaban-1"][value="0"]').checked, true);
  assert.equal(state(1), "Tersimpan");
  assert.deepEqual(page.requests, []);
});

test("buttons for a page without a script are put away", async () => {
  const { page } = await openQuiz();
  assert.equal(page.get("span", "[data-plain-only]").hidden, true);
});

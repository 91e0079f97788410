// The chapter: the place being read, the end of the chapter, and small questions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage, settle } from "./window.mjs";

const NAME = "sakuham:posisi:nilai";

const check = (/** @type {string} */ key) => `
  <form class="check" id="${key}" method="get" action="/buku/nilai/2#${key}">
    <input type="hidden" name="cek" value="${key}">
    <ul class="choices">
      <li><input type="radio" name="pilih" value="0">Satu</li>
      <li><input type="radio" name="pilih" value="1">Dua</li>
    </ul>
    <div class="check-answer" role="status"></div>
    <button type="submit" class="button" name="minta" value="1">Periksa jawaban</button>
    <button type="submit" class="button" name="minta" value="2" data-why hidden>Mengapa</button>
  </form>`;

const ANSWERED = check("q1")
  .replace('value="1">Dua', 'value="1" checked>Dua <b>Belum tepat</b>')
  .replace('role="status">', 'role="status"><p class="verdict">Belum tepat.</p>')
  .replace("data-why hidden", "data-why");

const TOLD = ANSWERED.replace("Belum tepat.", "Inilah alasannya.")
  .replace('value="1">Periksa jawaban', 'value="0">Ulangi')
  .replace("data-why", "data-why hidden");

/** A chapter as a visitor has it, or somebody signed in. */
const chapter = (isSignedIn = false) => `
  <header>
    <progress value="1" max="6" data-reading-bar></progress>
    <a data-text-size href="/tampilan?huruf=large&amp;kembali=/buku/nilai/2">A+</a>
  </header>
  <article class="chapter" data-slug="nilai" data-number="2" data-title="Martabat"
    ${isSignedIn ? 'data-position-url="/buku/nilai/2/posisi" data-token="token"' : ""}>
    <p hidden data-resume><a href="#isi">Lanjutkan dari tempat terakhir</a></p>
    <div class="prose"><p id="p1">Satu</p><p id="p2">Dua</p><p id="fn-1">Catatan</p></div>
    ${check("q1")}${check("q2")}
    <p hidden data-lost>Sambungan terputus.</p>
    <p data-done hidden>Bab ini tercatat dibaca</p>
    <nav class="pager">${
      isSignedIn
        ? '<form method="post" data-finish action="/buku/nilai/2/selesai"><button>Lanjut</button></form>'
        : '<a data-finish href="/buku/nilai/2/lanjut">Lanjut</a>'
    }</nav>
  </article>`;

/** @param {Parameters<typeof openPage>[2] & { isSignedIn?: boolean }} given */
async function openChapter({ isSignedIn = false, ...given } = {}) {
  /** @type {[string, FormData][]} */
  const beacons = [];
  const page = await openPage("chapter", chapter(isSignedIn), {
    url: "https://sakuham.example/buku/nilai/2",
    ...given,
    prepare(window) {
      const sendBeacon = (/** @type {string} */ address, /** @type {FormData} */ fields) =>
        beacons.push([address, fields]) > 0;
      Object.defineProperty(window.navigator, "sendBeacon", { value: sendBeacon });
      given.prepare?.(window);
    },
  });
  page.respond = async () => ({ type: "opaqueredirect" });
  return {
    page,
    beacons,
    kept: () => JSON.parse(page.window.localStorage.getItem(NAME) ?? "null"),
    leave: () => page.fire(page.window, "pagehide"),
    end: () => page.see(page.get(isSignedIn ? "form" : "a", "[data-finish]")),
    done: page.get("p", "[data-done]"),
  };
}

const keep = (/** @type {unknown} */ value) => ({
  prepare: (/** @type {import("jsdom").DOMWindow} */ window) =>
    window.localStorage.setItem(NAME, JSON.stringify(value)),
});

test("this device keeps the first paragraph that is seen, for a reader without an account", async () => {
  const { page, kept, leave, beacons } = await openChapter();
  leave();
  assert.equal(kept(), null);
  page.see(page.get("p", "#p1"));
  page.see(page.get("p", "#p2"));
  page.see(page.get("p", "#p1"), false);
  leave();
  assert.deepEqual(kept(), { number: 2, anchor: "p2", title: "Martabat" });
  assert.deepEqual(beacons, []);
});

test("the server is told once where somebody with an account is", async () => {
  const { page, kept, leave, beacons } = await openChapter({ isSignedIn: true });
  page.see(page.get("p", "#p2"));
  leave();
  leave();
  assert.equal(kept(), null);
  assert.equal(beacons.length, 1);
  const [address, fields] = beacons[0] ?? [];
  assert.equal(address, "/buku/nilai/2/posisi");
  assert.deepEqual(
    [...(fields ?? [])],
    [
      ["jangkar", "p2"],
      ["csrf_token", "token"],
    ],
  );
});

test("the other size of letters leads back to the paragraph that is read", async () => {
  const { page } = await openChapter();
  page.see(page.get("p", "#p2"));
  const address = new URL(page.get("a", "[data-text-size]").href);
  assert.equal(address.searchParams.get("kembali"), "/buku/nilai/2#p2");
  assert.equal(address.searchParams.get("huruf"), "large");
});

test("a device that keeps nothing is read from all the same", async () => {
  const { page, leave } = await openChapter({ storageQuota: 1 });
  page.see(page.get("p", "#p2"));
  leave();
  assert.deepEqual(page.faults, []);
});

test("the last place is offered where this chapter has it", async () => {
  const offered = async (/** @type {unknown} */ value) => {
    const { page } = await openChapter(keep(value));
    return !page.get("p", "[data-resume]").hidden && page.get("p", "[data-resume]").innerHTML;
  };
  const place = { number: 2, anchor: "p2", title: "Martabat" };
  assert.match(String(await offered(place)), /#p2"/);
  assert.equal(await offered({ ...place, anchor: "p1" }), false);
  assert.equal(await offered({ ...place, anchor: "p99" }), false);
  assert.equal(await offered({ ...place, number: 3 }), false);
  assert.equal(await offered("p2"), false);
});

test("an address with a place of its own leads there and offers no other", async () => {
  const { page } = await openChapter({
    ...keep({ number: 2, anchor: "p2", title: "Martabat" }),
    url: "https://sakuham.example/buku/nilai/2#p1",
  });
  assert.equal(page.get("p", "[data-resume]").hidden, true);
});

for (const isSignedIn of [false, true]) {
  const who = isSignedIn ? "somebody with an account" : "a visitor";
  test(`the end of the chapter comes into view, and ${who} has read it`, async () => {
    const { page, end, done } = await openChapter({ isSignedIn });
    end();
    end();
    await settle();
    assert.equal(done.hidden, false);
    assert.equal(page.requests.length, 1);
    const [address, asked] = page.requests[0] ?? [];
    assert.match(String(address), isSignedIn ? /selesai$/ : /lanjut$/);
    assert.equal(asked?.method, isSignedIn ? "POST" : undefined);
  });
}

test("without a connection the chapter is not said to be read, and is tried again", async () => {
  const { page, end, done } = await openChapter();
  page.respond = async () => {
    throw new TypeError("no connection");
  };
  end();
  await settle();
  assert.equal(done.hidden, true);
  page.respond = async () => ({ type: "opaqueredirect" });
  end();
  await settle();
  assert.equal(done.hidden, false);
});

test("a refusal is no record", async () => {
  const { page, end, done } = await openChapter({ isSignedIn: true });
  page.respond = async () => new Response("", { status: 401 });
  end();
  await settle();
  assert.equal(done.hidden, true);
});

test("who has finished is in the next chapter, and no late word leads back", async () => {
  const { page, end, leave, beacons } = await openChapter({ isSignedIn: true });
  page.see(page.get("p", "#p2"));
  end();
  await settle();
  leave();
  assert.deepEqual(beacons, []);
});

/** Answer a small question. */
async function answer(/** @type {import("./window.mjs").Page} */ page, key = "q1") {
  page.get("input", `[value="1"]`).checked = true;
  const isLeft = page.fire(page.get("form", `#${key}`), "submit");
  await settle();
  await settle();
  return isLeft;
}

test("a small question is answered in its place, and the button keeps the focus", async () => {
  const { page } = await openChapter();
  page.respond = async () => new Response(ANSWERED);
  const button = page.get("button", '[name="minta"]');
  button.focus();
  assert.equal(await answer(page), false);
  const [address, asked] = page.requests[0] ?? [];
  assert.equal(address, "https://sakuham.example/buku/nilai/2?cek=q1&pilih=1&minta=1");
  assert.deepEqual({ ...asked?.headers }, { "X-Part": "check" });
  assert.equal(page.get("div", ".check-answer").textContent, "Belum tepat.");
  assert.match(String(page.get("ul", ".choices").textContent), /Dua Belum tepat/);
  assert.equal(page.document.activeElement, button);
  assert.equal(button.value, "1");
  assert.equal(page.get("button", "[data-why]").hidden, false);
});

test("who asks why is told in place, and the focus goes to the button that is left", async () => {
  const { page } = await openChapter();
  page.respond = async () => new Response(ANSWERED);
  await answer(page);
  page.respond = async () => new Response(TOLD);
  const why = page.get("button", "[data-why]");
  why.focus();
  assert.equal(page.fire(why, "click"), false);
  await settle();
  await settle();
  const [address] = page.requests.at(-1) ?? [];
  assert.equal(address, "https://sakuham.example/buku/nilai/2?cek=q1&pilih=1&minta=2");
  const button = page.get("button", '[name="minta"]');
  assert.equal(page.get("div", ".check-answer").textContent, "Inilah alasannya.");
  assert.equal(why.hidden, true);
  assert.equal(button.value, "0");
  assert.equal(page.document.activeElement, button);
});

test("with every small question tried the chapter is read", async () => {
  const { page, done } = await openChapter();
  page.respond = async (address) =>
    address.includes("cek=")
      ? new Response(ANSWERED.replaceAll("q1", address.includes("q2") ? "q2" : "q1"))
      : { type: "opaqueredirect" };
  await answer(page, "q1");
  assert.equal(done.hidden, true);
  await answer(page, "q2");
  await settle();
  assert.equal(done.hidden, false);
});

test("a question that the server could not answer stays as it was, and that is said", async () => {
  const { page } = await openChapter();
  const before = page.get("form", "#q1").innerHTML;
  const lost = page.get("p", "[data-lost]");
  for (const respond of [
    async () => {
      throw new TypeError("no connection");
    },
    async () => new Response("Terlalu sering", { status: 429 }),
    async () => new Response("<p>Halaman masuk jaringan tamu</p>"),
  ]) {
    lost.hidden = true;
    page.respond = respond;
    await answer(page);
    assert.equal(lost.hidden, false);
    assert.equal(page.get("form", "#q1").innerHTML, before);
  }
  page.respond = async () => new Response(ANSWERED);
  await answer(page);
  assert.equal(lost.hidden, true);
  assert.deepEqual(page.faults, []);
});

test("other forms of the page are sent as they are", async () => {
  const { page } = await openChapter({ isSignedIn: true });
  const form = page.get("form", "[data-finish]");
  page.window.addEventListener("submit", (event) => {
    assert.equal(event.defaultPrevented, false);
    event.preventDefault(); // jsdom goes nowhere
  });
  page.fire(form, "submit");
  assert.deepEqual(page.requests, []);
});

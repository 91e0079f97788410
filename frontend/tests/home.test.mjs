// Home: "Lanjutkan membaca" from the place kept on this device.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "./window.mjs";

const HOME = `
  <a data-resume hidden>Lanjutkan membaca: <span data-place></span></a>
  <a data-book="nilai" href="/buku/nilai">Nilai</a>
  <a data-book="kdrt" href="/buku/kdrt">KDRT</a>`;

/** @param {Record<string, unknown>} kept on the device, by a pocketbook's slug */
const openHome = (kept, body = HOME) =>
  openPage("home", body, {
    prepare(window) {
      for (const [slug, value] of Object.entries(kept)) {
        window.localStorage.setItem(
          `sakuham:posisi:${slug}`,
          typeof value === "string" ? value : JSON.stringify(value),
        );
      }
    },
  });

test("a reader without an account goes on where this device has them", async () => {
  const page = await openHome({ kdrt: { number: 3, anchor: "p7", title: "Melapor" } });
  const link = page.get("a", "[data-resume]");
  assert.equal(link.hidden, false);
  assert.equal(link.href, "https://sakuham.example/buku/kdrt/3#p7");
  assert.equal(page.get("span", "[data-place]").textContent, "3 · Melapor");
});

test("of two pocketbooks the first on the shelf is offered", async () => {
  const page = await openHome({
    kdrt: { number: 3, anchor: "p7", title: "Melapor" },
    nilai: { number: 1, anchor: "p2", title: "Martabat" },
  });
  assert.equal(page.get("span", "[data-place]").textContent, "1 · Martabat");
});

test("nothing is offered where nothing was kept, or what no reader has kept", async () => {
  for (const value of [undefined, null, "{", 7, [], { number: 0, anchor: "p1" }, { number: 2 }]) {
    const page = await openHome(value === undefined ? {} : { nilai: value });
    assert.equal(page.get("a", "[data-resume]").hidden, true, JSON.stringify(value));
    assert.deepEqual(page.faults, []);
  }
});

test("a title is only text", async () => {
  const title = "<img src=x onerror=alert(1)>";
  const page = await openHome({ nilai: { number: 1, anchor: "p2", title } });
  assert.equal(page.get("span", "[data-place]").textContent, `1 · ${title}`);
  assert.equal(page.document.querySelector("img"), null);
});

test("who is signed in has another link, and the device is not asked", async () => {
  const kept = { nilai: { number: 1, anchor: "p2", title: "Martabat" } };
  const page = await openHome(kept, '<a data-book="nilai" href="/buku/nilai">Nilai</a>');
  assert.deepEqual(page.faults, []);
});

// Institutions that are offered while one types.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage, settle } from "./window.mjs";

const FIELD = (/** @type {string} */ name, /** @type {string} */ rest) => `
  <label for="${name}">Nama</label>
  <input id="${name}" name="${name}" data-places="/instansi/cari" data-key="${name}_key"
         data-for="${name}_for" data-found="# pilihan" data-none="Tidak ada"
         data-unlisted="Tidak ada dalam daftar" ${rest}>`;
const FORM = `<form>${FIELD("institution", "")}${FIELD("unit", 'data-of="institution"')}</form>`;
const PLACES = [
  {
    key: "3",
    label: "Pemerintah Kabupaten Contoh",
    name: "Pemerintah Kabupaten Contoh",
    under: "",
  },
  { key: "3-9", label: "Dinas A, Pemerintah Kabupaten Contoh", name: "Dinas A", under: "Pemkab" },
];

async function open(places = PLACES) {
  const page = await openPage("places", FORM, {
    respond: async () => ({ ok: true, json: async () => ({ places }) }),
  });
  const field = page.get("input", "#institution");
  return {
    page,
    field,
    async type(/** @type {string} */ text, element = field) {
      element.value = text;
      page.fire(element, "input");
      page.pass(1000);
      await settle();
    },
    press: (/** @type {string} */ key) => page.fire(field, "keydown", { key }),
    sent: () => Object.fromEntries(new page.window.FormData(page.get("form"))),
  };
}

test("what fits is offered, told, and picked by keys", async () => {
  const { page, field, type, press, sent } = await open();
  assert.equal(field.getAttribute("role"), "combobox");
  assert.equal(field.getAttribute("aria-expanded"), "false");
  await type("cont");
  assert.equal(page.requests[0]?.[0], "/instansi/cari?q=cont");
  assert.equal(field.getAttribute("aria-expanded"), "true");
  assert.equal(page.get("div", '[role="status"]').textContent, "2 pilihan");
  assert.equal(page.document.querySelectorAll('#institution-daftar [role="option"]').length, 3);
  press("ArrowDown");
  assert.equal(field.getAttribute("aria-activedescendant"), "institution-daftar-0");
  press("ArrowDown");
  assert.equal(press("Enter"), false);
  assert.equal(field.value, "Dinas A, Pemerintah Kabupaten Contoh");
  assert.equal(field.getAttribute("aria-expanded"), "false");
  assert.equal(sent().institution_key, "3-9");
  assert.equal(sent().institution_for, field.value);
  assert.deepEqual(page.faults, []);
});

test("what is not listed is said so, and what was typed stays", async () => {
  const { field, type, press, sent } = await open([]);
  await type("Badan Anu");
  press("ArrowUp");
  press("Enter");
  assert.equal(field.value, "Badan Anu");
  assert.deepEqual([sent().institution_key, sent().institution_for], ["tidak-ada", "Badan Anu"]);
});

test("Enter without a choice sends the form, and Escape closes the list", async () => {
  const { page, field, type, press } = await open();
  await type("cont");
  assert.equal(press("Enter"), true);
  press("Escape");
  assert.equal(field.getAttribute("aria-expanded"), "false");
  assert.equal(page.get("ul").hidden, true);
});

test("who moves within the text is in no option any more", async () => {
  for (const key of ["ArrowLeft", "ArrowRight", "Home", "End"]) {
    const { page, field, type, press } = await open();
    await type("cont");
    press("ArrowDown");
    assert.equal(press(key), true);
    assert.equal(field.getAttribute("aria-activedescendant"), null);
    assert.equal(page.document.querySelector('[role="option"][aria-selected="true"]'), null);
    assert.equal(press("Enter"), true);
    assert.equal(field.value, "cont");
  }
});

test("every part says what it is and where it belongs", async () => {
  const { page, field, type, press } = await open();
  await type("cont");
  const list = page.get("ul");
  assert.equal(list.getAttribute("role"), "listbox");
  assert.equal(list.getAttribute("aria-label"), "Nama");
  assert.equal(field.getAttribute("aria-controls"), list.id);
  assert.equal(field.getAttribute("aria-autocomplete"), "list");
  const options = [...list.querySelectorAll('[role="option"]')];
  assert.equal(options.length, list.children.length);
  for (const wanted of [0, 1, 2, 0]) {
    press("ArrowDown");
    assert.equal(field.getAttribute("aria-activedescendant"), options[wanted]?.id);
    const selected = options.filter((each) => each.getAttribute("aria-selected") === "true");
    assert.deepEqual(selected, [options[wanted]]);
  }
});

test("Alt and an arrow open and close the list", async () => {
  const { page, field, type } = await open();
  await type("cont");
  page.fire(field, "keydown", { key: "ArrowDown", altKey: true });
  assert.equal(field.getAttribute("aria-activedescendant"), null);
  page.fire(field, "keydown", { key: "ArrowUp", altKey: true });
  assert.equal(field.getAttribute("aria-expanded"), "false");
  page.fire(field, "keydown", { key: "ArrowDown", altKey: true });
  await settle();
  assert.equal(field.getAttribute("aria-expanded"), "true");
});

test("a keyboard on a screen that tells of no keys is enough", async () => {
  const { page, field, type, sent } = await open();
  page.fire(field, "keydown", { key: "Unidentified", keyCode: 229, isComposing: true });
  await type("cont");
  assert.equal(field.getAttribute("aria-expanded"), "true");
  const option = page.get("li", '[role="option"]');
  assert.equal(page.fire(option, "mousedown"), false); // the field keeps the focus
  page.fire(option, "click");
  assert.equal(sent().institution_key, "3");
});

test("a key that belongs to the input method picks nothing", async () => {
  const { page, field, type, press } = await open();
  await type("cont");
  press("ArrowDown");
  assert.equal(page.fire(field, "keydown", { key: "Enter", isComposing: true }), true);
  assert.equal(field.value, "cont");
});

test("an answer that comes after the field was left opens nothing", async () => {
  const { page, field } = await open();
  field.value = "cont";
  page.fire(field, "input");
  page.pass(1000);
  page.fire(field, "blur");
  await settle();
  assert.equal(field.getAttribute("aria-expanded"), "false");
  page.fire(field, "input");
  page.fire(field, "blur");
  page.pass(1000);
  await settle();
  assert.equal(page.requests.length, 1);
});

test("what was picked is told, and of what is not listed it is shown too", async () => {
  const { page, field, type, press } = await open();
  const status = page.get("div", '[role="status"]');
  await type("cont");
  press("ArrowDown");
  press("Enter");
  assert.equal(status.textContent, "Pemerintah Kabupaten Contoh");
  assert.equal(status.className, "visually-hidden");
  await type("conto");
  press("ArrowUp");
  press("Enter");
  page.fire(field, "blur");
  assert.equal(status.textContent, "Tidak ada dalam daftar");
  assert.equal(status.className, "hint");
});

test("units are looked for once the institution is picked", async () => {
  const { page, type, press } = await open();
  const unit = page.get("input", "#unit");
  await type("dinas", unit);
  assert.equal(page.requests.length, 0);
  await type("cont");
  press("ArrowDown");
  press("Enter");
  await type("dinas", unit);
  assert.equal(page.requests.at(-1)?.[0], "/instansi/cari?q=dinas&instansi=3");
});

test("without a connection nothing is offered, and nothing breaks", async () => {
  const page = await openPage("places", FORM, {
    respond: async () => {
      throw new TypeError("no connection");
    },
  });
  const field = page.get("input", "#institution");
  field.value = "contoh";
  page.fire(field, "input");
  page.pass(1000);
  await settle();
  assert.equal(field.getAttribute("aria-expanded"), "false");
  assert.deepEqual(page.faults, []);
});

test("what the address of the field says goes along with each question", async () => {
  const address = "/instansi/cari?instansi=3,7&utuh=ya";
  const page = await openPage("places", FORM.replace("/instansi/cari", address), {
    respond: async () => ({ ok: true, json: async () => ({ places: PLACES }) }),
  });
  const field = page.get("input", "#institution");
  field.value = "umum & gizi";
  page.fire(field, "input");
  page.pass(1000);
  await settle();
  assert.equal(page.requests[0]?.[0], "/instansi/cari?instansi=3%2C7&utuh=ya&q=umum+%26+gizi");
  assert.equal(page.get("li", ":nth-child(2)").textContent, "Dinas A Pemkab");
});

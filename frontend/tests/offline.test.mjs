// Checking QR codes without a network: what is signed, by the vectors that Python has too; the list of
// what is out of force; the page that says what came of it; and scanning.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { verifyAsync } from "@noble/ed25519";

import { openPage, settle } from "./window.mjs";

const vectors = JSON.parse(
  readFileSync(new URL("../../tests/unit/certificates/qr_codes.json", import.meta.url), "utf8"),
);
/** @type {Map<number, Uint8Array>} */
const keys = new Map(
  vectors.keys.map((/** @type {{ number: number, public: string }} */ key) => [
    key.number,
    Uint8Array.from(Buffer.from(key.public, "hex")),
  ]),
);
const ordinary = vectors.signed[0].content;
/** @param {string} what */
const vectorOf = (what) =>
  vectors.judged.find((/** @type {{ what: string }} */ each) => each.what === what).content;

/** A browser that knows Ed25519, or one that does not. */
const subtles = {
  "by the browser": webcrypto.subtle,
  "by the library": {
    ...webcrypto.subtle,
    digest: webcrypto.subtle.digest.bind(webcrypto.subtle),
    importKey: async () => {
      throw new DOMException("Unrecognized name", "NotSupportedError");
    },
  },
};

/** @param {object} subtle @param {Map<string, Response>} [cache] */
const equip = (subtle, cache) => (/** @type {import("jsdom").DOMWindow} */ window) => {
  Object.defineProperty(window, "crypto", { value: { subtle } });
  Object.assign(window, { TextEncoder, TextDecoder, Uint8Array, ArrayBuffer, AbortController });
  if (cache) Object.assign(window, { caches: cachesOf(cache) });
};

/** @param {Map<string, Response>} kept */
function cachesOf(kept) {
  return {
    open: async () => ({
      match: async (/** @type {string} */ address) => kept.get(address)?.clone(),
      put: async (/** @type {string} */ address, /** @type {Response} */ answer) => {
        kept.set(address, answer);
      },
    }),
    keys: async () => ["verifikasi-data"],
    delete: async () => kept.clear(),
  };
}

/** A list as the site gives it. */
const listOf = (changes = {}) => ({
  as_of: "2026-11-30T09:00:00+00:00",
  site: "sakuham.example/v",
  keys: [...keys].map(([number, key]) => ({
    number,
    key: Buffer.from(key).toString("base64"),
    retired_at: null,
  })),
  modules: { "HAM-01": "Nilai-Nilai Dasar HAM" },
  last: 2_000_000,
  out_of_force: [],
  ...changes,
});

for (const [way, subtle] of Object.entries(subtles)) {
  test(`a code is judged as the vectors say, ${way}`, async () => {
    const page = await openPage("lib/signed_address", "", { prepare: equip(subtle) });
    const { parseSignedAddress, isGenuine } = page.exports;
    let libraryCalls = 0;
    const library = async () => {
      libraryCalls += 1;
      return verifyAsync;
    };
    for (const { what, content, verdict } of vectors.judged) {
      const signed = parseSignedAddress(content);
      const key = signed && keys.get(signed.keyNumber);
      const found = !signed
        ? "not of this form"
        : !key
          ? "unknown key"
          : (await isGenuine(signed, key, library))
            ? "genuine"
            : "forged";
      assert.equal(found, verdict, what);
    }
    assert.equal(libraryCalls > 0, way === "by the library");
  });
}

test("what is signed is read as the vectors say", async () => {
  const page = await openPage("lib/signed_address", "", { prepare: equip(webcrypto.subtle) });
  for (const vector of vectors.signed) {
    const signed = page.exports.parseSignedAddress(vector.content);
    assert.deepEqual(
      {
        site: signed.site,
        code: signed.code,
        key: signed.keyNumber,
        certificate_id: signed.certificateId,
        module: signed.module,
        credit_hours: signed.creditHours,
        completed_on: signed.completedOn.toISOString().slice(0, 10),
        shown_name: signed.name,
        isWhole: signed.isWhole,
        valid_until: signed.validUntil?.toISOString().slice(0, 10),
      },
      {
        site: vector.site,
        code: vector.code,
        key: vector.key,
        certificate_id: vector.certificate_id,
        module: vector.module,
        credit_hours: vector.credit_hours,
        completed_on: vector.completed_on,
        shown_name: vector.shown_name,
        isWhole: vector.name_hash === null,
        valid_until: vector.valid_until,
      },
      vector.what,
    );
  }
});

/** @param {string} text @param {object} [changes] of the list @param {boolean} [isFresh] @param {number} [now] */
async function judge(text, changes = {}, isFresh = false, now = Date.now()) {
  const page = await openPage("lib/offline_check", "", { prepare: equip(webcrypto.subtle) });
  return page.exports.judge(text, listOf(changes), isFresh, async () => verifyAsync, now);
}

test("a certificate is valid until the list has it", async () => {
  assert.equal((await judge(ordinary)).verdict, "valid");
  const around = [1_234_566, 2]; // its neighbours on both sides
  assert.equal((await judge(ordinary, { out_of_force: around })).verdict, "valid");
  assert.equal((await judge(ordinary, { out_of_force: [1_234_566, 1, 1] })).verdict, "revoked");
  assert.equal((await judge(ordinary, { out_of_force: [1_234_567] })).verdict, "revoked");
});

test("a certificate expires with the last day in the capital, by the clock of the device", async () => {
  const { content } = vectors.signed.find(
    (/** @type {{ what: string }} */ each) => each.what === "in force up to a day",
  );
  const lastMoment = Date.parse("2028-05-14T23:59:59.999+07:00");
  assert.equal((await judge(content, {}, false, lastMoment)).verdict, "valid");
  assert.equal((await judge(content, {}, false, lastMoment + 1)).verdict, "expired");
  const out = { out_of_force: [1_234_567] };
  assert.equal((await judge(content, out, false, lastMoment + 1)).verdict, "revoked");
  assert.equal((await judge(vectorOf("an end that was moved"))).verdict, "forged");
  assert.equal((await judge(ordinary, {}, false, lastMoment + 1)).verdict, "valid");
});

test("of a certificate that is newer than the list this is said", async () => {
  assert.equal((await judge(ordinary)).isNewer, false);
  assert.equal((await judge(ordinary, { last: 1_234_566 })).isNewer, true);
});

test("a forged code of ours is told from a code of somebody else", async () => {
  assert.equal((await judge(vectorOf("another letter in the name"))).verdict, "forged");
  assert.equal((await judge(vectorOf("moved to another code"))).verdict, "forged");
  assert.equal((await judge(vectorOf("cut off"))).verdict, "forged");
  for (const what of [
    "moved to another site",
    "another site",
    "a code of an article",
    "a script",
  ]) {
    assert.equal((await judge(vectorOf(what))).verdict, "foreign", what);
  }
});

test("what was signed for our former host is ours still", async () => {
  assert.equal((await judge(ordinary, { site: "hak.example/v" })).verdict, "valid");
});

test("a key that is not known yet is no forgery, unless there is none newer", async () => {
  const content = vectorOf("a key that nobody has told us of");
  assert.equal((await judge(content)).verdict, "unknown-key");
  assert.equal((await judge(content, {}, true)).verdict, "forged");
  assert.equal((await judge(content, { site: "hak.example/v" })).verdict, "foreign");
  assert.equal((await judge(vectorOf("another version"))).verdict, "unknown-key");
});

test("without a signature nothing is said to be valid", async () => {
  for (const text of [vectorOf("no signature"), "MBT9-6K8J-G5MG", " mbt96k8jg5mg "]) {
    const { verdict, code } = await judge(text);
    assert.deepEqual([verdict, code], ["unsigned", "MBT96K8JG5MG"]);
  }
});

test("a list grows old, and a late clock makes it no younger than new", async () => {
  const page = await openPage("lib/offline_check", "");
  const { ageInDays, isOld } = page.exports;
  const list = listOf();
  /** @param {number} days */
  const after = (days) => Date.parse(list.as_of) + days * 86_400_000;
  assert.deepEqual([ageInDays(list, after(0.5)), isOld(list, after(7.9))], [0, false]);
  assert.deepEqual([ageInDays(list, after(8)), isOld(list, after(8))], [8, true]);
  assert.deepEqual([ageInDays(list, after(-30)), isOld(list, after(-30))], [0, false]);
});

test("the list comes over the network, and from the device where there is none", async () => {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const page = await openPage("lib/offline_check", "", {
    prepare: equip(webcrypto.subtle, kept),
    respond: async () => Response.json(listOf()),
  });
  const { getList } = page.exports;
  assert.equal((await getList("/luring.json")).isFresh, true);
  page.respond = async () => {
    throw new TypeError("Failed to fetch");
  };
  const had = await getList("/luring.json");
  assert.deepEqual([had.isFresh, had.list.last], [false, 2_000_000]);
  page.respond = async () => new Response("", { status: 503 });
  assert.equal((await getList("/luring.json")).isFresh, false);
  kept.clear();
  assert.equal(await getList("/luring.json"), undefined);
});

const VERDICTS = [
  ..."checking no-list forged unknown-key unsigned foreign too-old-a-browser".split(" "),
  ...["valid", "revoked"],
];
const SHELL = `
  <div data-offline hidden data-shell="/verifikasi/luring" data-list="/luring.json" data-library="x"
       data-worker="/pekerja.js" data-scopes="/verifikasi /V/" data-checks="/V/">
    <section data-result tabindex="-1"></section>
    <form data-address-form><textarea data-address></textarea></form>
    <section data-about-list>
      <p hidden data-ready="yes"></p><p hidden data-ready="no"></p><p hidden data-ready="never"></p>
      <p hidden data-not-ready></p>
      <p hidden data-list-state="none"></p>
      <p hidden data-list-state="kept"><span data-as-of></span></p>
      <p hidden data-list-state="old"><span data-age></span></p>
    </section>
    <button data-install></button><button data-prepare></button>
    <button data-renew></button><button data-remove></button>
  </div>
  ${VERDICTS.map(
    (verdict) => `<template data-verdict="${verdict}"><h2>${verdict}</h2>
      <div data-row><b data-fact="name"></b></div><div data-row><i data-fact="code"></i></div>
      <div data-row><u data-fact="moduleCode"></u></div>
      <p data-note="beginning">beginning </p><p data-note="newer">newer </p><p data-note="old">old</p>
      <a data-live href="/V/">live</a></template>`,
  ).join("")}`;

/** Open the page at an address, without a network and with this list. */
async function openShell(path = "/verifikasi/luring", changes = {}) {
  const kept = new Map([["/luring.json", Response.json(listOf(changes))]]);
  const page = await openPage("offline", SHELL, {
    url: `https://sakuham.example${path}`,
    prepare: (window) => {
      equip(webcrypto.subtle, kept)(window);
      window.document.documentElement.lang = "id";
      Object.assign(window, { matchMedia: () => ({ matches: false }) });
    },
    respond: async () => {
      throw new TypeError("Failed to fetch");
    },
  });
  await judged(page);
  return page;
}

/** Wait for a verdict: the browser's cryptography takes its time. @param {import("./window.mjs").Page} page */
async function judged(page) {
  for (let turn = 0; turn < 30; turn += 1) await settle();
  while (resultOf(page)?.startsWith("checking")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** @param {import("./window.mjs").Page} page */
const resultOf = (page) => page.get("section", "[data-result]").textContent?.split(/\s+/).join(" ");

test("a code that the address holds is judged at once, and the name is shown", async () => {
  const page = await openShell(`/verifikasi/luring#${encodeURIComponent(ordinary)}`, {
    as_of: new Date().toISOString(),
  });
  assert.equal(
    resultOf(page),
    "valid dr. Nur'aini Siregar, S.Pd., M.Si.MBT9-6K8J-G5MG HAM-01 live",
  );
  assert.deepEqual(page.faults, []);
});

test("where the page stands in for the live one, its address is what is judged", async () => {
  const path = new URL(ordinary).pathname + new URL(ordinary).hash;
  assert.match(resultOf(await openShell(path)) ?? "", /^valid/);
  const typed = `/verifikasi?kode=${encodeURIComponent("MBT9-6K8J-G5MG")}`;
  assert.match(resultOf(await openShell(typed)) ?? "", /^unsigned/);
  assert.equal(resultOf(await openShell("/verifikasi")), "");
});

test("a forger's name is never shown, nor a script that it holds run", async () => {
  const page = await openShell();
  const field = page.get("textarea");
  field.value = vectorOf("another letter in the name");
  page.fire(page.get("form"), "submit");
  await judged(page);
  assert.match(resultOf(page) ?? "", /^forged MBT9-6K8J-G5MG/);
  assert.equal(page.get("a", "[data-live]").getAttribute("href"), "/V/MBT9-6K8J-G5MG");
});

test("of an old list, a newer certificate and a cut name it is said", async () => {
  const page = await openShell("/verifikasi/luring", { as_of: "2026-01-01T00:00:00Z", last: 1 });
  assert.equal(page.get("p", '[data-list-state="old"]').hidden, false);
  page.get("div", "[data-offline]").dispatchEvent(
    new page.window.CustomEvent("scanned", {
      detail: vectors.signed.find((/** @type {{ what: string }} */ each) =>
        each.what.startsWith("longer"),
      ).content,
      cancelable: true,
    }),
  );
  await judged(page);
  assert.match(resultOf(page) ?? "", /^valid x{72}….* beginning newer old live$/);
});

/**
 * The workers of a browser, which end as the test says.
 *
 * @param {Map<string, any>} scopes what was registered, by scope
 */
const workersOf = (scopes) => ({
  getRegistration: async (/** @type {string} */ scope) => scopes.get(scope),
  register: async (/** @type {string} */ _, /** @type {{ scope: string }} */ { scope }) => {
    const installing = Object.assign(new EventTarget(), { state: "installing" });
    scopes.set(scope, { installing, active: null });
    return scopes.get(scope);
  },
});

/** Have the worker of a scope end so. @param {Map<string, any>} scopes */
async function endWorker(scopes, /** @type {string} */ scope, isKept = true) {
  const registration = scopes.get(scope);
  const { installing } = registration;
  installing.state = isKept ? "activating" : "redundant";
  if (isKept) registration.active = installing;
  else scopes.delete(scope);
  installing.dispatchEvent(new Event("statechange"));
  for (let turn = 0; turn < 30; turn += 1) await settle();
}

/** Open the page where a device can be prepared, and ask for that. */
async function askToPrepare() {
  /** @type {Map<string, any>} */
  const scopes = new Map();
  const page = await openPage("offline", SHELL, {
    url: "https://sakuham.example/verifikasi/luring",
    prepare: (window) => {
      equip(webcrypto.subtle, new Map())(window);
      window.document.documentElement.lang = "id";
      Object.assign(window, { matchMedia: () => ({ matches: false }) });
      Object.defineProperty(window.navigator, "serviceWorker", { value: workersOf(scopes) });
    },
    respond: async () => Response.json(listOf()),
  });
  await judged(page);
  page.get("button", "[data-prepare]").click();
  for (let turn = 0; turn < 30; turn += 1) await settle();
  return { page, scopes, isReady: () => !page.get("p", '[data-ready="yes"]').hidden };
}

test("a device is said to be ready only when every part of it is kept", async () => {
  const { page, scopes, isReady } = await askToPrepare();
  assert.equal(isReady(), false);
  await endWorker(scopes, "/verifikasi");
  assert.deepEqual([isReady(), [...scopes.keys()]], [false, ["/verifikasi", "/V/"]]);
  await endWorker(scopes, "/V/");
  assert.equal(isReady(), true);
  assert.equal(page.window.document.activeElement, page.get("button", "[data-remove]"));
});

test("where the network is lost on the way, that is said and can be tried again", async () => {
  const { page, scopes, isReady } = await askToPrepare();
  await endWorker(scopes, "/verifikasi");
  await endWorker(scopes, "/V/", false);
  assert.deepEqual([isReady(), page.get("p", "[data-not-ready]").hidden], [false, false]);
  const button = page.get("button", "[data-prepare]");
  assert.deepEqual([button.hidden, button.disabled], [false, false]);
  assert.equal(page.window.document.activeElement, button);
});

const SCANNER = `
  <section data-scanner hidden data-camera="/kamera.js" data-shell="/verifikasi/luring">
    <button data-start></button><input type="file">
    <div data-view hidden><video></video><button data-stop></button></div>
    <p hidden data-problem="refused"></p>
  </section>`;

test("without a camera there is a way left, and without a script none is promised", async () => {
  const page = await openPage("scanner", SCANNER);
  assert.equal(page.get("section").hidden, false);
  assert.equal(page.get("button", "[data-start]").hidden, true);
  assert.equal(page.get("input").hidden, false);
  assert.deepEqual(page.requests, []);
});

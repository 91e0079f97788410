// The page that judges a scanned code, with the network or without it, and makes itself ready for the
// time without one. Every sentence stands in the page; a verdict is a template whose facts are put in.

import { ageInDays, dropList, getList, isOld, judge } from "./lib/offline_check.js";
import { findElement, getElement, listElements } from "./lib/page.js";

/**
 * @typedef {import("./lib/offline_check.js").Finding} Finding
 * @typedef {import("./lib/offline_check.js").List} List
 * @typedef {Event & { prompt: () => Promise<void> }} Installable
 */

const page = getElement("[data-offline]", HTMLElement);
const result = getElement("[data-result]", HTMLElement);
const field = getElement("[data-address]", HTMLTextAreaElement);
const form = getElement("[data-address-form]", HTMLFormElement);
const about = getElement("[data-about-list]", HTMLElement);
const prepare = getElement("[data-prepare]", HTMLButtonElement);
const remove = getElement("[data-remove]", HTMLButtonElement);
const install = getElement("[data-install]", HTMLButtonElement);
const renew = getElement("[data-renew]", HTMLButtonElement);
const listAddress = page.dataset.list ?? "";
const worker = page.dataset.worker ?? "";
const library = page.dataset.library ?? "";
const checks = page.dataset.checks ?? "";
const scopes = (page.dataset.scopes ?? "").split(" ");
const language = document.documentElement.lang;
const canPrepare = "serviceWorker" in navigator && "caches" in window;

const days = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const moments = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

const loadLibrary = async () => (await import(library)).verify;

/**
 * Put a copy of a template where the result is, its facts filled in.
 *
 * @param {string} name
 * @param {Record<string, string | undefined>} facts
 * @param {string[]} notes of those that a template has, which are shown
 */
function show(name, facts = {}, notes = []) {
  const template = getElement(`template[data-verdict="${name}"]`, HTMLTemplateElement);
  const copy = document.importNode(template.content, true);
  for (const place of listElements("[data-fact]", HTMLElement, copy)) {
    const value = facts[place.dataset.fact ?? ""];
    place.textContent = value ?? "";
    const row = place.closest("[data-row]");
    if (row && !value) row.remove();
  }
  for (const note of listElements("[data-note]", HTMLElement, copy)) {
    if (!notes.includes(note.dataset.note ?? "")) note.remove();
  }
  const live = findElement("a[data-live]", HTMLAnchorElement, copy);
  if (live && facts.code) live.href = checks + facts.code;
  result.replaceChildren(copy);
}

/**
 * Say how old keys and list are.
 *
 * @param {List | undefined} list
 */
function tellAge(list) {
  for (const each of listElements("[data-list-state]", HTMLElement, about)) {
    const state = list ? (isOld(list) ? "old" : "kept") : "none";
    each.hidden = each.dataset.listState !== state;
  }
  for (const each of listElements("[data-as-of]", HTMLElement, about)) {
    each.textContent = list ? moments.format(new Date(list.as_of)) : "";
  }
  for (const each of listElements("[data-age]", HTMLElement, about)) {
    each.textContent = list ? String(ageInDays(list)) : "";
  }
}

/**
 * @param {string} text what was scanned, or pasted
 * @param {boolean} mayGoLive false where this page stands in for the live one, which did not come
 */
async function check(text, mayGoLive = true) {
  show("checking");
  const had = await getList(listAddress);
  tellAge(had?.list);
  if (!had) {
    show("no-list");
    return;
  }
  const list = had.list;
  /** @type {Finding} */
  let finding;
  try {
    finding = await judge(text, list, had.isFresh, loadLibrary);
  } catch {
    show("too-old-a-browser");
    return;
  }
  const verdict = finding.verdict;
  const code = finding.code;
  const signed = finding.signed;
  const isLive =
    had.isFresh && code && ["valid", "revoked", "expired", "unsigned"].includes(verdict);
  if (isLive && mayGoLive) {
    // With what is signed, in case that the network is gone by then.
    location.replace(checks + code + (signed ? `#${text.trim().split("#")[1]}` : ""));
    return;
  }
  const notes = [
    ...(finding.isNewer ? ["newer"] : []),
    ...(isOld(list) ? ["old"] : []),
    ...(signed && !signed.isWhole ? ["beginning"] : []),
  ];
  const facts = {
    code: code?.replace(/.{4}(?=.)/g, "$&-"),
    name: signed && signed.name + (signed.isWhole ? "" : "…"),
    module: signed && (list.modules[signed.module] ?? signed.module),
    moduleCode: signed && signed.module in list.modules ? signed.module : undefined,
    hours: signed && String(signed.creditHours),
    day: signed && days.format(signed.completedOn),
    until: signed?.validUntil && days.format(signed.validUntil),
    asOf: moments.format(new Date(list.as_of)),
    age: String(ageInDays(list)),
  };
  show(verdict, facts, notes);
  result.focus();
}

/** Whether a browser asked for a verdict, and the worker gave this page for want of a network. */
function isInPlaceOfLive() {
  return !location.pathname.startsWith(new URL(page.dataset.shell ?? "", location.href).pathname);
}

/** What the address of this page asks to be checked. */
function asked() {
  if (isInPlaceOfLive()) {
    const typed = new URLSearchParams(location.search).get("kode");
    return typed ?? (location.pathname.startsWith(scopes[0] ?? "") ? "" : location.href);
  }
  const hash = decodeURIComponent(location.hash.slice(1));
  if (hash !== about.id) return hash;
  about.scrollIntoView(); // who comes to prepare the device; the browser found it hidden
  return "";
}

/**
 * Whether a device keeps what each scope needs: a worker that is still fetching does not serve yet.
 *
 * @returns {Promise<boolean>}
 */
async function isPrepared() {
  const found = await Promise.all(
    scopes.map((scope) => navigator.serviceWorker.getRegistration(scope)),
  );
  return found.every((registration) => registration?.active);
}

/** Say whether this device is ready for the time without a network. */
async function tellReadiness() {
  const isReady = canPrepare && (await isPrepared());
  for (const each of listElements("[data-ready]", HTMLElement, page)) {
    each.hidden = each.dataset.ready !== (canPrepare ? (isReady ? "yes" : "no") : "never");
  }
  prepare.hidden = !canPrepare || isReady;
  remove.hidden = !isReady;
}

/**
 * Wait until a worker has kept what it needs. `serviceWorker.ready` knows of this page's scope alone,
 * and waits for ever where the network was lost on the way.
 *
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<void>}
 */
function finish(registration) {
  return new Promise((resolve, reject) => {
    const coming = registration.installing ?? registration.waiting;
    const look = () => {
      if (registration.active) resolve();
      else if (!coming || coming.state === "redundant") reject(new Error("It could not be kept"));
    };
    coming?.addEventListener("statechange", look);
    look();
  });
}

async function makeReady() {
  try {
    for (const scope of scopes) {
      await finish(await navigator.serviceWorker.register(worker, { scope }));
    }
    await navigator.storage?.persist?.();
    tellAge((await getList(listAddress))?.list);
  } finally {
    await tellReadiness();
  }
}

prepare.addEventListener("click", async () => {
  const fault = getElement("[data-not-ready]", HTMLElement);
  prepare.disabled = true;
  fault.hidden = true;
  try {
    await makeReady();
  } catch {
    fault.hidden = false;
  } finally {
    prepare.disabled = false;
    (prepare.hidden ? remove : prepare).focus();
  }
});

remove.addEventListener("click", async () => {
  for (const scope of scopes) {
    await (await navigator.serviceWorker.getRegistration(scope))?.unregister();
  }
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("verifikasi-")).map((name) => caches.delete(name)),
  );
  await dropList();
  tellAge(undefined);
  await tellReadiness();
  prepare.focus();
});

renew.addEventListener("click", async () => tellAge((await getList(listAddress))?.list));

/** @type {Installable | undefined} */
let installable;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installable = /** @type {Installable} */ (event);
  install.hidden = false;
});
install.addEventListener("click", () => installable?.prompt());
addEventListener("appinstalled", () => {
  install.hidden = true;
  makeReady().catch(() => undefined);
});

// A verdict must not stand beside the next sheet while that is read, or cannot be.
page.addEventListener("scanning", () => result.replaceChildren());
page.addEventListener("scanned", (event) => {
  event.preventDefault();
  check(/** @type {CustomEvent<string>} */ (event).detail);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value.trim()) check(field.value);
});

page.hidden = false;
tellReadiness();
const text = asked();
if (text) {
  check(text, !isInPlaceOfLive());
} else {
  getList(listAddress).then((had) => tellAge(had?.list));
}
if (matchMedia("(display-mode: standalone)").matches && canPrepare) {
  makeReady().catch(() => undefined);
}

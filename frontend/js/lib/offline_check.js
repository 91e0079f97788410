// What can be said of a QR code without a network: by our public keys, and by the list of what is out
// of force, both as the site gave them last (`lms/web/offline/views.py`).

import {
  isGenuine,
  NEWEST_VERSION,
  parseSignedAddress,
  readAddress,
  versionOf,
} from "./signed_address.js";

/**
 * @typedef {import("./signed_address.js").Signed} Signed
 * @typedef {import("./signed_address.js").Verify} Verify
 *
 * @typedef {object} List
 * @property {string} as_of when the site made it
 * @property {string} site where certificates are checked, as it is signed
 * @property {{ number: number, key: string, retired_at: string | null }[]} keys
 * @property {Record<string, string>} modules titles by code
 * @property {number} last the newest certificate that it knows
 * @property {number[]} out_of_force certificates, each as the distance from the one before
 *
 * valid, revoked, expired: signed by us; expired by the clock of the device. forged: it says that it is of ours, and is not. unknown-key: signed
 * with a key that came after the list. unsigned: an address of ours without a signature. foreign.
 * @typedef {"valid" | "revoked" | "expired" | "forged" | "unknown-key" | "unsigned" | "foreign"} Verdict
 *
 * @typedef {object} Finding
 * @property {Verdict} verdict
 * @property {string} [code]
 * @property {Signed} [signed] where it is ours
 * @property {boolean} [isNewer] the list is older than the certificate
 */

const STORE = "verifikasi-data";
const PATIENCE = 6_000;
const OLD_DAYS = 7;
const DAY = 86_400_000;
const CAPITAL = 7 * 3_600_000; // WIB, whose days count; it has no summer time

/**
 * Judge what a QR code holds.
 *
 * @param {string} text
 * @param {List} list
 * @param {boolean} isFresh the list came over the network just now: no key can be newer
 * @param {() => Promise<Verify>} library
 * @param {number} now
 * @returns {Promise<Finding>}
 */
export async function judge(text, list, isFresh, library, now = Date.now()) {
  const address = readAddress(text);
  if (!address) {
    const code = text.trim().replace(/[\s-]/g, "").toUpperCase();
    return /^[0-9A-Z]{12}$/.test(code) ? { verdict: "unsigned", code } : { verdict: "foreign" };
  }
  const code = address.code;
  const isOurs = address.site === list.site;
  if (!address.fragment) return isOurs ? { verdict: "unsigned", code } : { verdict: "foreign" };
  /** @type {Finding} */
  const refused = isOurs ? { verdict: "forged", code } : { verdict: "foreign" };
  const signed = parseSignedAddress(text);
  if (!signed) {
    const version = versionOf(address) ?? NEWEST_VERSION;
    const isNewer = version > NEWEST_VERSION && version < 24;
    return isOurs && isNewer ? { verdict: "unknown-key", code } : refused;
  }
  const key = list.keys.find((each) => each.number === signed.keyNumber);
  if (!key) return isOurs && !isFresh ? { verdict: "unknown-key", code } : refused;
  if (!(await isGenuine(signed, readBase64(key.key), library))) return refused;
  const isOut = isOutOfForce(list, signed.certificateId);
  const verdict = isOut ? "revoked" : hasExpired(signed, now) ? "expired" : "valid";
  return { verdict, code, signed, isNewer: signed.certificateId > list.last };
}

/**
 * Whether a certificate is on the list of what is out of force.
 *
 * @param {List} list
 * @param {number} certificateId
 */
export function isOutOfForce(list, certificateId) {
  let id = 0;
  for (const distance of list.out_of_force) {
    id += distance;
    if (id >= certificateId) return id === certificateId;
  }
  return false;
}

/**
 * Whether the last day of a certificate is over.
 *
 * @param {Signed} signed
 * @param {number} now
 */
export function hasExpired(signed, now = Date.now()) {
  return signed.validUntil !== undefined && signed.validUntil.getTime() + DAY <= now + CAPITAL;
}

/**
 * How many days old a list is; a device whose clock is late makes it no younger than new.
 *
 * @param {List} list
 * @param {number} now
 */
export function ageInDays(list, now = Date.now()) {
  return Math.max(0, Math.floor((now - Date.parse(list.as_of)) / DAY));
}

/**
 * Whether a list is so old that it has to be said.
 *
 * @param {List} list
 * @param {number} now
 */
export function isOld(list, now = Date.now()) {
  return ageInDays(list, now) > OLD_DAYS;
}

/**
 * The newest list that can be had: over the network, else the one that was kept.
 *
 * @param {string} address
 * @returns {Promise<{ list: List, isFresh: boolean } | undefined>}
 */
export async function getList(address) {
  const store = "caches" in window ? await caches.open(STORE).catch(() => undefined) : undefined;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(address, {
      cache: "no-cache",
      credentials: "omit",
      signal: patience.signal,
    });
    if (answer.ok) {
      const kept = answer.clone();
      const list = await answer.json();
      // A full disk is no reason not to check; it is checked with what came.
      await store?.put(address, kept).catch(() => undefined);
      return { list, isFresh: true };
    }
  } catch {
    // No network, or one that leads nowhere.
  } finally {
    clearTimeout(timer);
  }
  const kept = await store?.match(address);
  return kept && { list: await kept.json(), isFresh: false };
}

/** Forget the list. */
export async function dropList() {
  await caches.delete(STORE);
}

/** @param {string} text */
function readBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

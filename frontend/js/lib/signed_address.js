// The signed content of a certificate's QR code: `lms/certificates/qr_codes.py` in the browser, with
// the same test vectors (tests/unit/certificates/qr_codes.json).

/**
 * @typedef {object} Address
 * @property {string} site host and path before the code, as signed
 * @property {string} code
 * @property {string | undefined} fragment
 *
 * @typedef {object} Signed
 * @property {string} site
 * @property {string} code
 * @property {number} keyNumber
 * @property {number} certificateId
 * @property {string} module
 * @property {number} creditHours
 * @property {Date} completedOn
 * @property {Date | undefined} validUntil the last day on which it is in force; without one for good
 * @property {string} name
 * @property {boolean} isWhole whether the name is all there, and not its beginning only
 * @property {Uint8Array} payload
 * @property {Uint8Array} signature
 *
 * @typedef {number | string | Uint8Array | Plain[]} Plain
 * @typedef {(signature: Uint8Array, message: Uint8Array, key: Uint8Array) => Promise<boolean>} Verify
 */

const PLAIN = 1;
const WITH_END = 2;
export const NEWEST_VERSION = WITH_END;
const SIGNATURE_BYTES = 64;
const DOMAIN = "sakuham.qr.1";
const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAY = 86_400_000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ADDRESS =
  /^https?:\/\/([^/?#\s]+)((?:\/[^/?#\s]+)*)\/([a-z]+)\/([0-9a-z]+)(?:#([0-9a-z]+))?$/i;

/**
 * An address of ours or of somebody else, with a code at its end.
 *
 * @param {string} text
 * @returns {Address | undefined}
 */
export function readAddress(text) {
  const found = ADDRESS.exec(text.trim());
  if (!found) return undefined;
  return {
    site: `${found[1]?.toLowerCase()}${found[2]}/${found[3]?.toLowerCase()}`,
    code: found[4]?.toUpperCase() ?? "",
    fragment: found[5]?.toUpperCase(),
  };
}

/**
 * Read the content of a QR code; nothing comes of whatever is not of this form.
 *
 * @param {string} text
 * @returns {Signed | undefined}
 */
export function parseSignedAddress(text) {
  const address = readAddress(text);
  const content = address?.fragment && readBase32(address.fragment);
  if (!address || !content || content.length <= SIGNATURE_BYTES) return undefined;
  const payload = content.slice(0, -SIGNATURE_BYTES);
  const values = readCbor(payload);
  if (!Array.isArray(values)) return undefined;
  const version = values[0];
  const keyNumber = values[1];
  const certificateId = values[2];
  const module = values[3];
  const creditHours = values[4];
  const days = values[5];
  const name = values[6];
  const end = values[7];
  const isWithEnd = version === WITH_END;
  if (
    (version !== PLAIN && !isWithEnd) ||
    values.length !== (isWithEnd ? 8 : 7) ||
    typeof keyNumber !== "number" ||
    typeof certificateId !== "number" ||
    typeof module !== "string" ||
    typeof creditHours !== "number" ||
    typeof days !== "number" ||
    Math.abs(days) >= 100_000 ||
    (isWithEnd && (typeof end !== "number" || Math.abs(end) >= 100_000))
  ) {
    return undefined;
  }
  const isWhole = typeof name === "string";
  const parts = Array.isArray(name) && name.length === 2 ? name : [];
  const beginning = isWhole ? name : parts[0];
  if (typeof beginning !== "string") return undefined;
  if (!isWhole && !(parts[1] instanceof Uint8Array)) return undefined;
  return {
    site: address.site,
    code: address.code,
    keyNumber,
    certificateId,
    module,
    creditHours,
    completedOn: new Date(FIRST_DAY + days * DAY),
    validUntil: typeof end === "number" ? new Date(FIRST_DAY + (days + end) * DAY) : undefined,
    name: beginning,
    isWhole,
    payload,
    signature: content.slice(-SIGNATURE_BYTES),
  };
}

/**
 * Which version the payload of an address says that it has, also one that is not known here.
 *
 * @param {Address} address
 * @returns {number | undefined}
 */
export function versionOf(address) {
  const content = address.fragment && readBase32(address.fragment);
  // An array of up to 23 values, and a small number as the first.
  return content && content[0] !== undefined && content[0] >> 5 === 4 ? content[1] : undefined;
}

/**
 * Judge a signature by the browser itself, or by a library where it does not know Ed25519.
 *
 * @param {Signed} signed
 * @param {Uint8Array} publicKey
 * @param {() => Promise<Verify>} library
 * @returns {Promise<boolean>}
 */
export async function isGenuine(signed, publicKey, library) {
  const head = new TextEncoder().encode(`${DOMAIN}\0${signed.site}\0${signed.code}\0`);
  const message = new Uint8Array(head.length + signed.payload.length);
  message.set(head);
  message.set(signed.payload, head.length);
  const subtle = crypto.subtle;
  const algorithm = { name: "Ed25519" };
  const key = await subtle
    .importKey("raw", copy(publicKey), algorithm, false, ["verify"])
    .catch(() => undefined); // an older browser
  if (key) return subtle.verify(algorithm, key, copy(signed.signature), copy(message));
  const verify = await library();
  return verify(signed.signature, message, publicKey);
}

/**
 * The same bytes in a buffer of their own.
 *
 * @param {Uint8Array} bytes
 * @returns {ArrayBuffer}
 */
function copy(bytes) {
  return new Uint8Array(bytes).buffer;
}

/**
 * Base 32 of RFC 4648, without padding.
 *
 * @param {string} text
 * @returns {Uint8Array | undefined}
 */
function readBase32(text) {
  if ([1, 3, 6].includes(text.length % 8)) return undefined;
  const bytes = [];
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * The one value that the bytes of a CBOR item are: whole numbers, bytes, texts and short arrays.
 *
 * @param {Uint8Array} bytes
 * @returns {Plain | undefined}
 */
function readCbor(bytes) {
  let place = 0;

  /** @param {number} size */
  function take(size) {
    if (place + size > bytes.length) throw new RangeError("The bytes end too early.");
    place += size;
    return bytes.subarray(place - size, place);
  }

  /**
   * @param {number} depth
   * @returns {Plain}
   */
  function read(depth) {
    const head = take(1)[0] ?? 0;
    let size = head & 31;
    if (size > 27) throw new RangeError("The length is not told.");
    if (size >= 24) size = take(1 << (size - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(size)) throw new RangeError("A number is too great.");
    switch (head >> 5) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return take(size);
      case 3:
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(size));
      case 4:
        if (depth < 2 && size < 10) return Array.from({ length: size }, () => read(depth + 1));
    }
    throw new RangeError("There is no such value in a payload.");
  }

  try {
    const value = read(0);
    return place === bytes.length ? value : undefined;
  } catch {
    return undefined;
  }
}

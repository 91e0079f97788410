// What is kept on this device, by name; a browser that keeps nothing is no error.

/**
 * Where a reader is in a pocketbook.
 *
 * @typedef {{ number: number, anchor: string, title: string }} Position
 */

/**
 * An answer: its question's position, the choices, and which of its answers to the question it is.
 *
 * @typedef {{ position: number, choices: number[], sequence: number }} Entry
 */

const positionName = (/** @type {string | undefined} */ slug) => `sakuham:posisi:${slug}`;

/**
 * Whether what was kept is a reader's position; anything may stand on a device.
 *
 * @param {any} value
 * @returns {value is Position}
 */
const isPosition = (value) => value?.number > 0 && typeof value.anchor === "string";

/**
 * Whether what was kept is an answer.
 *
 * @param {any} value
 * @returns {value is Entry}
 */
const isEntry = (value) =>
  value?.position > 0 && value.sequence > 0 && Array.isArray(value.choices);

/**
 * What a text says in JSON, or undefined.
 *
 * @param {string | null} text
 * @returns {unknown}
 */
function parse(text) {
  try {
    return JSON.parse(text ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Read a value, or undefined.
 *
 * @param {string} name
 */
export function recall(name) {
  try {
    return parse(localStorage.getItem(name));
  } catch {
    return undefined;
  }
}

/**
 * Write a value; tells whether it is kept.
 *
 * @param {string} name
 * @param {unknown} value
 */
export function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Forget a value.
 *
 * @param {string} name
 */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept, so nothing is left.
  }
}

/**
 * Where the reader was in a pocketbook, or undefined.
 *
 * @param {string | undefined} slug
 */
export function recallPosition(slug) {
  const value = recall(positionName(slug));
  return isPosition(value) ? value : undefined;
}

/**
 * Write where the reader is in a pocketbook; tells whether it is kept.
 *
 * @param {string | undefined} slug
 * @param {Position} position
 */
export function savePosition(slug, position) {
  return keep(positionName(slug), position);
}

/**
 * The answers of one attempt, a key for each question, so that two tabs do not overwrite.
 *
 * @param {string | undefined} token
 */
export function answersOf(token) {
  const prefix = `sakuham:jawaban:${token}:`;
  return {
    all() {
      try {
        return Object.keys(localStorage)
          .filter((name) => name.startsWith(prefix))
          .map(recall)
          .filter(isEntry);
      } catch {
        return [];
      }
    },
    put: (/** @type {Entry} */ entry) => keep(prefix + entry.position, entry),
    drop(/** @type {number} */ position, /** @type {number} */ sequence) {
      const entry = recall(prefix + position);
      if (!isEntry(entry) || entry.sequence <= sequence) forget(prefix + position);
    },
    /**
     * Calls back when another tab keeps an answer.
     *
     * @param {(entry: Entry) => void} heard
     */
    watch(heard) {
      addEventListener("storage", (event) => {
        const entry = event.key?.startsWith(prefix) && parse(event.newValue);
        if (isEntry(entry)) heard(entry);
      });
    },
  };
}

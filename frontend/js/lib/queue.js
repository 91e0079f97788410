// The queue of answers: kept on the device first, then sent one by one until the server has them.
// It touches neither page nor network; both are given to it, so that it can be tested alone.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

/**
 * @typedef {import("./device.js").Entry} Entry
 *
 * An entry that waits: whether it was chosen in this tab, and whether it has been said again.
 * @typedef {Entry & { isLive?: boolean, isRepeated?: boolean }} Waiting
 *
 * What the server has of a question, whoever answered it.
 * @typedef {{ choices: number[], sequence: number }} Kept
 *
 * What stands in the way.
 * @typedef {"lost" | "signed-out" | "closed" | "stale"} Trouble
 *
 * The device's memory; `put` tells whether the entry is kept.
 * @typedef {object} Store
 * @property {() => Entry[]} all
 * @property {(entry: Entry) => boolean} put
 * @property {(position: number, sequence: number) => void} drop
 *
 * Whoever shows what happens.
 * @typedef {object} Listener
 * @property {(position: number, name: "saved" | "device" | "unsaved") => void} state
 * @property {(position: number, choices: number[]) => void} adopt
 * @property {(kind: Trouble | null, count: number) => void} trouble
 */

/**
 * Whether two lists name the same choices, in any order.
 *
 * @param {number[]} one
 * @param {number[]} other
 */
export function areSame(one, other) {
  return one.length === other.length && one.every((choice) => other.includes(choice));
}

/**
 * What is kept and sent of an entry.
 *
 * @param {Entry} entry
 * @returns {Entry}
 */
const bare = (entry) => ({
  position: entry.position,
  choices: entry.choices,
  sequence: entry.sequence,
});

/**
 * Makes the queue of one attempt.
 *
 * @param {Map<number, number>} known each question's position, and the sequence that the server has
 * @param {Store} store
 * @param {(entry: Entry) => Promise<{ status: number, body: Kept | null }>} send throws when there
 *   is no connection
 * @param {Listener} heard
 * @param {(work: () => void, milliseconds: number) => () => void} later a timer, which gives what
 *   cancels it
 */
export function makeQueue(known, store, send, heard, later) {
  /** @type {Map<number, Waiting>} */
  const pending = new Map();
  /** @type {Promise<Trouble | null> | null} */
  let running = null;
  let wait = FIRST_WAIT;
  let cancel = () => {};
  let isClosed = false;

  const keep = (/** @type {Waiting} */ entry) => {
    pending.set(entry.position, entry);
    heard.state(entry.position, store.put(bare(entry)) ? "device" : "unsaved");
  };

  const settle = (/** @type {number} */ position, /** @type {number} */ sequence) => {
    known.set(position, Math.max(known.get(position) ?? 0, sequence));
  };

  /**
   * The server has this entry or a newer one: done, adopted, or said again once.
   *
   * @param {Waiting} entry
   * @param {Kept} body
   */
  const take = (entry, body) => {
    const position = entry.position;
    settle(position, body.sequence);
    const now = pending.get(position);
    if (now !== entry) {
      if (now && now.sequence <= body.sequence) {
        keep({ ...now, sequence: body.sequence + 1 });
      }
      return;
    }
    const isOurs = areSame(body.choices, entry.choices);
    if (!isOurs && entry.isLive && !entry.isRepeated) {
      keep({ ...entry, sequence: body.sequence + 1, isRepeated: true });
      return;
    }
    pending.delete(position);
    store.drop(position, entry.sequence);
    if (!isOurs) heard.adopt(position, body.choices);
    heard.state(position, "saved");
  };

  /**
   * Sends until nothing is left or something stands in the way; tells what that is.
   *
   * @returns {Promise<Trouble | null>}
   */
  const drain = async () => {
    while (!isClosed) {
      const entry = pending.values().next().value;
      if (!entry) return null;
      let answer;
      try {
        answer = await send(bare(entry));
      } catch {
        return "lost";
      }
      const status = answer.status;
      if (status === 200 && answer.body) take(entry, answer.body);
      else if (status === 401) return "signed-out";
      else if (status === 409) {
        isClosed = true;
        return "closed";
      } else if (status === 429 || status >= 500 || status === 200) return "lost";
      else return "stale";
    }
    return "closed";
  };

  const queue = {
    /** How many answers the server does not have yet. */
    get size() {
      return pending.size;
    },

    /** Positions whose answers the server does not have yet. */
    get positions() {
      return [...pending.keys()];
    },

    /**
     * A choice made just now in this tab.
     *
     * @param {number} position
     * @param {number[]} choices
     */
    put(position, choices) {
      const sequence = Math.max(known.get(position) ?? 0, pending.get(position)?.sequence ?? 0) + 1;
      keep({ position, choices, sequence, isLive: true });
      return queue.flush();
    },

    /** What an earlier visit left on the device; shown at once, sent at once. */
    restore() {
      for (const entry of store.all()) {
        if (!known.has(entry.position) || pending.has(entry.position)) continue;
        pending.set(entry.position, entry);
        heard.adopt(entry.position, entry.choices);
        heard.state(entry.position, "device");
      }
      return queue.flush();
    },

    /**
     * Another tab of this browser has kept an answer: show it, and never number below it.
     *
     * @param {Entry} entry
     */
    follow(entry) {
      if (!known.has(entry.position)) return;
      settle(entry.position, entry.sequence);
      if (pending.has(entry.position)) return;
      heard.adopt(entry.position, entry.choices);
      heard.state(entry.position, "saved");
    },

    /**
     * Send what is waiting; gives the trouble met, or null when the server has everything.
     *
     * @returns {Promise<Trouble | null>}
     */
    flush() {
      cancel();
      running ??= drain().then((trouble) => {
        running = null;
        if (!trouble && pending.size) return queue.flush();
        if (trouble === "lost") {
          cancel = later(queue.flush, wait);
          wait = Math.min(wait * 2, LONGEST_WAIT);
        } else {
          wait = FIRST_WAIT;
        }
        heard.trouble(trouble, pending.size);
        return trouble;
      });
      return running;
    },
  };
  return queue;
}

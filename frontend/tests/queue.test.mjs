// The queue of answers alone: no page, no network, and a clock that stands still.
// Run: node --test frontend/tests/

import assert from "node:assert/strict";
import { test } from "node:test";

import { areSame, makeQueue } from "../js/lib/queue.js";

/**
 * @typedef {import("../js/lib/device.js").Entry} Entry
 * @typedef {import("../js/lib/queue.js").Kept} Kept
 */

/** A server that keeps the highest sequence, as the real one does. */
function makeServer() {
  /** @type {Map<number, Kept>} */
  const kept = new Map();
  const server = {
    status: 200,
    requests: /** @type {Entry[]} */ ([]),
    kept,
    async answer(/** @type {Entry} */ entry) {
      server.requests.push(entry);
      if (server.status === 0) throw new TypeError("no connection");
      if (server.status !== 200) return { status: server.status, body: null };
      const now = kept.get(entry.position) ?? { choices: [], sequence: 0 };
      const isNewer = entry.sequence > now.sequence;
      const body = isNewer ? { choices: entry.choices, sequence: entry.sequence } : now;
      kept.set(entry.position, body);
      return { status: 200, body: { ...body, saved: true } };
    },
  };
  return server;
}

/**
 * A device that keeps entries, or none when it is full.
 *
 * @param {Entry[]} entries
 */
function makeDevice(entries = [], isFull = false) {
  const kept = new Map(entries.map((entry) => [entry.position, entry]));
  return {
    all: () => [...kept.values()],
    put(/** @type {Entry} */ entry) {
      if (!isFull) kept.set(entry.position, entry);
      return !isFull;
    },
    drop(/** @type {number} */ position, /** @type {number} */ sequence) {
      if ((kept.get(position)?.sequence ?? 0) <= sequence) kept.delete(position);
    },
  };
}

/**
 * A queue of three questions with everything that it told.
 *
 * @param {object} given
 * @param {ReturnType<typeof makeServer>} [given.server]
 * @param {ReturnType<typeof makeDevice>} [given.device]
 * @param {Record<number, number>} [given.known]
 */
function setUp({ server = makeServer(), device = makeDevice(), known = {} } = {}) {
  const told = {
    /** @type {Map<number, string>} */
    states: new Map(),
    /** @type {[number, number[]][]} */
    adopted: [],
    /** @type {[string | null, number][]} */
    troubles: [],
    /** @type {number[]} */
    timers: [],
  };
  const sequences = new Map([1, 2, 3].map((position) => [position, known[position] ?? 0]));
  /** @type {import("../js/lib/queue.js").Listener} */
  const heard = {
    state: (position, name) => told.states.set(position, name),
    adopt: (position, choices) => told.adopted.push([position, choices]),
    trouble: (kind, count) => told.troubles.push([kind, count]),
  };
  const later = (/** @type {() => void} */ _work, /** @type {number} */ wait) => {
    told.timers.push(wait);
    return () => {};
  };
  const queue = makeQueue(sequences, device, server.answer, heard, later);
  return { queue, server, device, told };
}

test("an answer is kept on the device before it is sent, and forgotten when it is saved", async () => {
  const { queue, server, device, told } = setUp();
  const sending = queue.put(1, [2]);
  assert.deepEqual(device.all(), [{ position: 1, choices: [2], sequence: 1 }]);
  assert.equal(told.states.get(1), "device");
  assert.equal(await sending, null);
  assert.deepEqual(server.kept.get(1), { choices: [2], sequence: 1 });
  assert.deepEqual(device.all(), []);
  assert.equal(told.states.get(1), "saved");
});

test("sequences go on from what the server has", async () => {
  const { queue, server } = setUp({ known: { 1: 4 } });
  await queue.put(1, [0]);
  await queue.put(1, [1]);
  assert.deepEqual(
    server.requests.map((entry) => entry.sequence),
    [5, 6],
  );
});

test("a device that keeps nothing shows the answer as unsaved until the server has it", async () => {
  const { queue, told } = setUp({ device: makeDevice([], true) });
  const sending = queue.put(1, [0]);
  assert.equal(told.states.get(1), "unsaved");
  await sending;
  assert.equal(told.states.get(1), "saved");
});

test("a lost connection keeps every answer and tries again later, each time more patiently", async () => {
  const { queue, server, device, told } = setUp();
  server.status = 0;
  assert.equal(await queue.put(1, [0]), "lost");
  assert.equal(await queue.put(2, [1]), "lost");
  assert.equal(device.all().length, 2);
  assert.deepEqual(told.timers, [1000, 2000]);
  assert.deepEqual(told.troubles.at(-1), ["lost", 2]);
  server.status = 200;
  assert.equal(await queue.flush(), null);
  assert.equal(queue.size, 0);
  assert.deepEqual([...server.kept.keys()], [1, 2]);
});

test("a busy server is asked again like a lost one", async () => {
  for (const status of [429, 500, 503]) {
    const { queue, server, told } = setUp();
    server.status = status;
    assert.equal(await queue.put(1, [0]), "lost");
    assert.equal(told.timers.length, 1);
  }
});

test("an ended session keeps the answers and does not knock again by itself", async () => {
  const { queue, server, device, told } = setUp();
  server.status = 401;
  assert.equal(await queue.put(1, [0]), "signed-out");
  assert.equal(device.all().length, 1);
  assert.deepEqual(told.timers, []);
  server.status = 200;
  assert.equal(await queue.put(2, [1]), null);
  assert.deepEqual([...server.kept.keys()], [1, 2]);
});

test("a closed attempt sends nothing more", async () => {
  const { queue, server } = setUp();
  server.status = 409;
  assert.equal(await queue.put(1, [0]), "closed");
  server.status = 200;
  assert.equal(await queue.put(2, [0]), "closed");
  assert.equal(server.requests.length, 1);
});

test("a stale token asks for a reload and keeps the answer", async () => {
  for (const status of [400, 403]) {
    const { queue, server, device } = setUp();
    server.status = status;
    assert.equal(await queue.put(1, [0]), "stale");
    assert.equal(device.all().length, 1);
  }
});

test("what an earlier visit left is shown and sent", async () => {
  const device = makeDevice([{ position: 2, choices: [3], sequence: 2 }]);
  const { queue, server, told } = setUp({ device, known: { 2: 1 } });
  await queue.restore();
  assert.deepEqual(told.adopted, [[2, [3]]]);
  assert.deepEqual(server.kept.get(2), { choices: [3], sequence: 2 });
  assert.deepEqual(device.all(), []);
});

test("what an earlier visit left gives way to a newer answer of the server", async () => {
  const server = makeServer();
  server.kept.set(2, { choices: [0], sequence: 7 });
  const device = makeDevice([{ position: 2, choices: [3], sequence: 2 }]);
  const { queue, told } = setUp({ server, device, known: { 2: 7 } });
  await queue.restore();
  assert.deepEqual(told.adopted.at(-1), [2, [0]]);
  assert.deepEqual(server.kept.get(2), { choices: [0], sequence: 7 });
  assert.deepEqual(device.all(), []);
});

test("a choice made in this tab wins over another tab's higher number, said once more", async () => {
  const server = makeServer();
  server.kept.set(1, { choices: [0], sequence: 5 });
  const { queue, told } = setUp({ server });
  await queue.put(1, [2]);
  assert.deepEqual(server.kept.get(1), { choices: [2], sequence: 6 });
  assert.deepEqual(
    server.requests.map((entry) => entry.sequence),
    [1, 6],
  );
  assert.deepEqual(told.adopted, []);
  assert.equal(told.states.get(1), "saved");
});

test("two tabs that answer at once do not argue for ever", async () => {
  const server = makeServer();
  const real = server.answer;
  let rival = 0;
  server.answer = (entry) => {
    rival += 10;
    server.kept.set(entry.position, { choices: [9], sequence: rival });
    return real(entry);
  };
  const { queue, told } = setUp({ server });
  await queue.put(1, [2]);
  assert.equal(server.requests.length, 2);
  assert.deepEqual(told.adopted, [[1, [9]]]);
  assert.equal(told.states.get(1), "saved");
});

test("an answer changed while the one before is on its way is sent too", async () => {
  const server = makeServer();
  const held = Promise.withResolvers();
  const real = server.answer;
  server.answer = async (entry) => {
    if (entry.choices[0] === 0) await held.promise;
    return real(entry);
  };
  const { queue, device } = setUp({ server });
  const sending = queue.put(1, [0]);
  queue.put(1, [1]);
  held.resolve(undefined);
  await sending;
  assert.deepEqual(server.kept.get(1), { choices: [1], sequence: 2 });
  assert.deepEqual(device.all(), []);
  assert.equal(queue.size, 0);
});

test("an answer given in another tab is shown, and numbers go on from it", async () => {
  const { queue, server, told } = setUp();
  queue.follow({ position: 3, choices: [1], sequence: 4 });
  assert.deepEqual(told.adopted, [[3, [1]]]);
  await queue.put(3, [0]);
  assert.equal(server.requests.at(-1)?.sequence, 5);
});

test("entries of questions that this attempt does not have are left alone", async () => {
  const device = makeDevice([{ position: 99, choices: [0], sequence: 1 }]);
  const { queue, server } = setUp({ device });
  await queue.restore();
  assert.deepEqual(server.requests, []);
  assert.equal(device.all().length, 1);
});

test("choices are compared as sets", () => {
  assert.ok(areSame([1, 2], [2, 1]));
  assert.ok(!areSame([1], [1, 2]));
  assert.ok(areSame([], []));
});

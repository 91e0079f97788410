// A window for one of our scripts, bundled as browsers get it. What jsdom lacks of a browser is
// given by hand, and so is what lies outside of it: server, clipboard, the phone's own sharing.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { JSDOM, VirtualConsole } from "jsdom";

const folder = fileURLToPath(new URL("../js/", import.meta.url));
/** @type {Map<string, Promise<string>>} */
const bundles = new Map();

/** @param {string} script */
async function bundle(script) {
  const { outputFiles } = await build({
    entryPoints: [`${folder}${script}.js`],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "script",
  });
  return `${outputFiles[0]?.text}; script`;
}

/**
 * @typedef {Awaited<ReturnType<typeof openPage>>} Page
 *
 * What the server answers; it throws where there is no connection.
 * @typedef {(address: string, asked: RequestInit) => Promise<object>} Respond
 */

/**
 * Open a page of this body and run a script on it; an error that nobody catches is kept in `faults`.
 *
 * @param {string} script such as "home" or "lib/device", whose exports are `page.exports`
 * @param {string} body
 * @param {object} given
 * @param {string} [given.url]
 * @param {number} [given.storageQuota] in characters; the device refuses to keep more
 * @param {Respond} [given.respond]
 * @param {(window: import("jsdom").DOMWindow) => void} [given.prepare] before the script runs
 */
export async function openPage(script, body, given = {}) {
  /** @type {unknown[]} */
  const faults = [];
  const virtualConsole = new VirtualConsole().on("jsdomError", (fault) => faults.push(fault));
  const dom = new JSDOM(`<!doctype html><title>Halaman</title>${body}`, {
    url: given.url ?? "https://sakuham.example/halaman",
    storageQuota: given.storageQuota,
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole,
  });
  const { window } = dom;
  const { document } = window;

  /** @type {{ notice: IntersectionObserverCallback, watched: Set<Element> }[]} */
  const watchers = [];
  class Watcher {
    /** @param {IntersectionObserverCallback} notice */
    constructor(notice) {
      this.notice = notice;
      /** @type {Set<Element>} */
      this.watched = new Set();
      watchers.push(this);
    }
    observe(/** @type {Element} */ element) {
      this.watched.add(element);
    }
  }

  /** @type {Map<number, { work: () => void, at: number }>} */
  const timers = new Map();
  let now = 0;
  let timerCount = 0;

  const page = {
    window,
    document,
    faults,
    /** @type {Record<string, any>} */
    exports: {},

    /** @type {[string, RequestInit][]} */
    requests: [],
    respond: given.respond ?? (async () => new Response()),

    /**
     * The first element of this kind.
     *
     * @template {keyof HTMLElementTagNameMap} Tag
     * @param {Tag} tag
     * @param {string} rest of the selector
     * @returns {HTMLElementTagNameMap[Tag]}
     */
    get(tag, rest = "") {
      const element = document.querySelector(tag + rest);
      if (!element) throw new Error(`${tag}${rest} is missing`);
      return /** @type {HTMLElementTagNameMap[Tag]} */ (element);
    },

    /**
     * Tell who listens; gives whether nobody has prevented what comes by itself.
     *
     * @param {EventTarget} target
     * @param {string} name
     */
    fire(target, name, details = {}) {
      const event = new window.Event(name, { bubbles: true, cancelable: true });
      return target.dispatchEvent(Object.assign(event, details));
    },

    /** Let time go by; what was put off until then happens. */
    pass(/** @type {number} */ milliseconds) {
      now += milliseconds;
      for (const [timer, { work, at }] of [...timers].sort((one, two) => one[1].at - two[1].at)) {
        if (at <= now && timers.delete(timer)) work();
      }
    },

    /** Scroll an element into view, or out of it. */
    see(/** @type {Element} */ element, isIntersecting = true) {
      for (const watcher of watchers.filter((each) => each.watched.has(element))) {
        const entry = /** @type {IntersectionObserverEntry} */ ({
          target: element,
          isIntersecting,
        });
        watcher.notice([entry], /** @type {IntersectionObserver} */ ({}));
      }
    },
  };
  Object.assign(window, {
    IntersectionObserver: Watcher,
    fetch(/** @type {string} */ address, /** @type {RequestInit} */ asked) {
      page.requests.push([address, asked]);
      return page.respond(address, asked);
    },
    setTimeout(/** @type {(value?: unknown) => void} */ work, wait = 0, value = undefined) {
      timerCount += 1;
      timers.set(timerCount, { work: () => work(value), at: now + wait });
      return timerCount;
    },
    clearTimeout: (/** @type {number} */ timer) => timers.delete(timer),
  });
  window.Element.prototype.scrollIntoView = () => {};
  given.prepare?.(window);

  const code = bundles.get(script) ?? bundle(script);
  bundles.set(script, code);
  page.exports = /** @type {Record<string, any>} */ (window.eval(await code));
  return page;
}

/** Let everything happen that waits for nothing but its turn. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

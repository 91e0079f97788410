// The service worker of checking certificates: it keeps one page, what that page loads, and nothing
// that anybody else's page holds. The site puts SETUP before it (lms/web/offline/views.py), which also
// makes its bytes new with every release that changes one of the files.

/**
 * @type {{
 *   version: string, shell: string, files: string[],
 *   page: string, checks: string, assets: string, list: string,
 * }}
 */
const setup = /** @type {any} */ (self).SETUP;
const worker = /** @type {any} */ (self);

const PREFIX = "verifikasi-";
const KEPT = PREFIX + setup.version;
const STORE = "verifikasi-data"; // as js/lib/offline_check.js calls it
const PATIENCE = 8_000;

/** Fetch as a stranger, so that what is kept is the same for whoever holds the device. */
async function keep() {
  const cache = await caches.open(KEPT);
  await Promise.all(
    [setup.shell, ...setup.files].map(async (address) => {
      if (await cache.match(address)) return;
      const answer = await fetch(address, { credentials: "omit" });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      await cache.put(address, answer);
    }),
  );
}

async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== KEPT && name !== STORE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** @param {string} address */
const find = (address) => caches.match(address, { ignoreVary: true });

/** The keys and the list, renewed whenever a page of ours came over the network. */
async function renewList() {
  const answer = await fetch(setup.list, { cache: "no-cache", credentials: "omit" });
  if (answer.ok) await (await caches.open(STORE)).put(setup.list, answer);
}

/**
 * What the network gives, unchanged and not kept; the kept page where nothing comes, or a gateway
 * says that nobody is behind it.
 *
 * @param {Request} request
 */
async function liveOrKept(request) {
  /** @type {number | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("It takes too long")), PATIENCE);
  });
  try {
    const answer = await Promise.race([fetch(request), late]);
    if (![502, 503, 504].includes(answer.status)) return answer;
    return (await find(setup.shell)) ?? answer;
  } catch (fault) {
    const kept = await find(setup.shell);
    if (kept) return kept;
    throw fault;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {URL} address */
function isOurs(address) {
  const pathname = address.pathname;
  return (
    pathname === setup.page ||
    pathname.startsWith(setup.checks) ||
    pathname === new URL(setup.shell, location.href).pathname
  );
}

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  /** @type {Request} */
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (!isOurs(address)) return;
    const answer = liveOrKept(request);
    event.respondWith(answer);
    event.waitUntil(answer.then(renewList).catch(() => undefined));
  } else if (address.pathname.startsWith(setup.assets)) {
    event.respondWith(find(request.url).then((kept) => kept ?? fetch(request)));
  }
});

// Scanning a certificate's QR code in the page: with the camera, or from a picture. What reads codes is
// fetched when somebody scans. What was read is announced to the page; where nobody takes it, the page
// that can judge it is opened (js/offline.js).

import { getElement } from "./lib/page.js";

const scanner = getElement("[data-scanner]", HTMLElement);
const view = getElement("[data-view]", HTMLElement, scanner);
const video = getElement("video", HTMLVideoElement, scanner);
const start = getElement("[data-start]", HTMLButtonElement, scanner);
const stop = getElement("[data-stop]", HTMLButtonElement, scanner);
const picture = getElement("input", HTMLInputElement, scanner);
const camera = scanner.dataset.camera ?? "";
const decoder = scanner.dataset.decoder ?? "";
const shell = scanner.dataset.shell ?? "";

/** @type {AbortController | undefined} */
let scan;

scanner.hidden = false;
start.hidden = !navigator.mediaDevices; // pages without https have no camera

/**
 * Show one of the sentences of what went wrong, or none.
 *
 * @param {string} [name]
 */
function tell(name) {
  for (const each of scanner.querySelectorAll("[data-problem]")) {
    if (each instanceof HTMLElement) each.hidden = each.dataset.problem !== name;
  }
}

/** @returns {Promise<typeof import("./modules/camera.js")>} */
const loadCamera = () => import(camera);

/** Say that what was found before counts no longer. */
function begin() {
  tell();
  scanner.dispatchEvent(new Event("scanning", { bubbles: true }));
}

/** @param {string} text what a code holds */
function announce(text) {
  const event = new CustomEvent("scanned", { detail: text, bubbles: true, cancelable: true });
  if (scanner.dispatchEvent(event)) location.assign(`${shell}#${encodeURIComponent(text)}`);
}

function end() {
  scan?.abort();
  scan = undefined;
  view.hidden = true;
  start.hidden = false;
}

start.addEventListener("click", async () => {
  begin();
  const mine = new AbortController();
  scan = mine;
  start.hidden = true;
  view.hidden = false;
  stop.focus();
  try {
    const found = await (await loadCamera()).scanWithCamera(video, decoder, mine.signal);
    if (found) announce(found);
  } catch (fault) {
    const name = fault instanceof DOMException ? fault.name : "";
    if (name === "NotAllowedError") tell("refused");
    else if (name === "NotFoundError" || name === "OverconstrainedError") tell("no-camera");
    else tell("broken");
  } finally {
    if (scan === mine) {
      end();
      start.focus();
    }
  }
});

stop.addEventListener("click", () => {
  end();
  start.focus();
});

picture.addEventListener("change", async () => {
  const file = picture.files?.[0];
  if (!file) return;
  end();
  begin();
  tell("reading");
  try {
    const found = await (await loadCamera()).readPicture(file, decoder);
    tell(found ? undefined : "nothing");
    if (found) announce(found);
  } catch {
    tell("unreadable");
  } finally {
    picture.value = ""; // the same file may be chosen again
  }
});

addEventListener("pagehide", end);

// Reads QR codes: in the camera's picture, and in a file. Fetched when somebody scans.

/**
 * Looks for a QR code in a picture that is drawn on a canvas.
 *
 * @typedef {(canvas: HTMLCanvasElement) => Promise<string | undefined>} Decoder
 */

// A module of the densest code is then 4 pixels of a sheet that fills the picture.
const FRAME_SIDE = 1280;
// A whole sheet as a phone takes it; a screenshot or a close view; what was enlarged too much.
const PICTURE_SIDES = [2400, 1200, 600];
const PAUSE = 120;

/**
 * Look through the camera until a QR code is seen.
 *
 * @param {HTMLVideoElement} video where it is shown
 * @param {string} decoderAddress of the decoder, for browsers that have none
 * @param {AbortSignal} signal ends it
 * @returns {Promise<string | undefined>} what the code holds; nothing once it was ended
 */
export async function scanWithCamera(video, decoderAddress, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  try {
    video.srcObject = stream;
    video.muted = true;
    video.setAttribute("playsinline", "");
    await video.play();
    const decode = await makeDecoder(decoderAddress);
    while (!signal.aborted) {
      const found = video.videoWidth ? await decode(drawn(video, FRAME_SIDE)) : undefined;
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return undefined;
  } catch (fault) {
    if (signal.aborted) return undefined;
    throw fault;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

/**
 * Read the QR code in a picture.
 *
 * @param {Blob} file
 * @param {string} decoderAddress
 * @returns {Promise<string | undefined>}
 */
export async function readPicture(file, decoderAddress) {
  const picture = await loadPicture(file);
  const decode = await makeDecoder(decoderAddress);
  for (const side of PICTURE_SIDES) {
    const found = await decode(drawn(picture, side));
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {Blob} file
 * @returns {Promise<HTMLImageElement>}
 */
async function loadPicture(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const picture = new Image();
  picture.src = String(address);
  await picture.decode();
  return picture;
}

/**
 * The picture on a canvas, no side longer than so many pixels, and never enlarged.
 *
 * @param {HTMLVideoElement | HTMLImageElement} source
 * @param {number} longest
 */
function drawn(source, longest) {
  const isVideo = source instanceof HTMLVideoElement;
  const width = isVideo ? source.videoWidth : source.naturalWidth;
  const height = isVideo ? source.videoHeight : source.naturalHeight;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no canvas");
  context.fillStyle = "#fff"; // behind a picture that lets it through
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @type {Promise<Decoder> | undefined} */
let decoder;

/** @param {string} address */
function makeDecoder(address) {
  decoder ??= nativeDecoder().then((native) => native ?? workingDecoder(address));
  return decoder;
}

/** @returns {Promise<Decoder | undefined>} */
async function nativeDecoder() {
  const { BarcodeDetector } = /** @type {any} */ (window);
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return undefined;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue || undefined;
  } catch {
    return undefined; // there is none
  }
}

/**
 * The decoder of `qr-scanner` in a worker of its own; the package would make that of a blob, which
 * our content policy forbids.
 *
 * @param {string} address
 * @returns {Decoder}
 */
function workingDecoder(address) {
  const worker = new Worker(address);
  let count = 0;
  return (canvas) =>
    new Promise((resolve, reject) => {
      count += 1;
      const id = count;
      /** @param {MessageEvent} event */
      const hear = ({ data }) => {
        if (data.id !== id) return;
        worker.removeEventListener("message", hear);
        resolve(data.data || undefined);
      };
      worker.addEventListener("message", hear);
      worker.onerror = () => reject(new Error("The decoder cannot be loaded"));
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height);
      if (pixels) worker.postMessage({ id, type: "decode", data: pixels }, [pixels.data.buffer]);
    });
}

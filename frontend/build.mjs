// Builds what browsers load: frontend/ and npm packages in, lms/web/static/build/ out.
//
//   css/app.css       the one stylesheet; it gathers the others with @import
//   js/*.js           every file here is a script of its own; what they share stands in js/lib/
//   js/modules/*.js   modules that a script fetches when somebody needs them
//   js/workers/*.js   service workers, which the site serves under an address of their own
//   pictures/*        copied as they are
//
// and the decoder of the package qr-scanner, which is a worker (js/qr_decoder.js).
//
// Names carry a hash of the contents, so that browsers may keep a file for ever. manifest.json
// tells which file a plain name stands for: {"css/app.css": "css/app-1A2B3C4D.css", …}.
// Text is compressed here once (.br, .gz) and never while a page is served.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "frontend");
const destination = join(root, "lms/web/static/build");
const fresh = `${destination}.new`;
const packages = join(root, "node_modules");

// Browsers of about 2020: the phone in the corridor, the office PC nobody updates.
const browsers = ["es2020", "chrome80", "edge80", "firefox78", "safari13"];
const compressible = new Set([".css", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

/** @type {Record<string, string>} */
const manifest = {};

/**
 * The files directly in a folder, in order; none when there is no such folder.
 *
 * @param {string} folder
 */
async function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  return files.map((entry) => join(folder, entry.name)).sort();
}

/** Bundle and minify the stylesheet and the scripts, with the fonts and pictures they name. */
async function bundleAll() {
  const styles = (await filesIn(join(source, "css"))).filter(
    (file) => basename(file) === "app.css",
  );
  const folders = [join(source, "js"), join(source, "js/workers")];
  const scripts = (await Promise.all(folders.map(filesIn))).flat();
  await Promise.all([
    bundle([...styles, ...scripts.filter((file) => extname(file) === ".js")], "iife", browsers),
    // Older browsers know no whole numbers of any size, and so no library for Ed25519 either.
    bundle(await filesIn(join(source, "js/modules")), "esm", ["es2020"]),
  ]);
}

/**
 * Bundle some of them as a kind of script.
 *
 * @param {string[]} entryPoints
 * @param {"iife" | "esm"} format
 * @param {string[]} target
 */
async function bundle(entryPoints, format, target) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    nodePaths: [packages],
    entryPoints,
    outdir: fresh,
    outbase: source,
    entryNames: "[dir]/[name]-[hash]",
    assetNames: "[ext]/[name]-[hash]",
    bundle: true,
    minify: true,
    format,
    target,
    charset: "utf8",
    legalComments: "none",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file", ".jpg": "file", ".webp": "file" },
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    const path = relative(fresh, join(root, output));
    const name = entryPoint
      ? relative(source, join(root, entryPoint))
      : path.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
    manifest[name] = path;
  }
  await Promise.all(outputFiles.map((file) => put(relative(fresh, file.path), file.contents)));
}

/**
 * Copy a finished file under a hashed name.
 *
 * @param {string} file
 * @param {string} name
 */
async function copyHashed(file, name) {
  await putHashed(name, await readFile(file));
}

/**
 * Write contents under a hashed name.
 *
 * @param {string} name
 * @param {Uint8Array} contents
 */
async function putHashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}-${hash}${extension}`;
  manifest[name] = hashed;
  await put(hashed, contents);
}

/**
 * Write the decoder of qr-scanner as a file: the package makes it of a text in a blob, which our
 * content policy forbids.
 */
async function copyDecoder() {
  /** @type {string} */
  const name = "qr-scanner/qr-scanner-worker.min.js"; // which declares no types
  const { createWorker } = await import(name);
  /** @type {string[]} */
  const texts = [];
  const stand = {
    Blob: class {
      /** @param {string[]} parts */
      constructor(parts) {
        texts.push(...parts);
      }
    },
    Worker: class {},
  };
  const { Blob: blob, Worker: worker } = globalThis;
  const { createObjectURL } = URL;
  Object.assign(globalThis, stand);
  URL.createObjectURL = () => "";
  try {
    createWorker();
  } finally {
    Object.assign(globalThis, { Blob: blob, Worker: worker });
    URL.createObjectURL = createObjectURL;
  }
  await putHashed("js/qr_decoder.js", new TextEncoder().encode(texts.join("")));
}

/**
 * Write a file, and beside it the compressed ones where it is text.
 *
 * @param {string} path
 * @param {Uint8Array} contents
 */
async function put(path, contents) {
  const file = join(fresh, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
  if (!compressible.has(extname(path))) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await Promise.all([
    promisify(brotliCompress)(contents, quality).then((small) => writeFile(`${file}.br`, small)),
    promisify(gzip)(contents, { level: 9 }).then((small) => writeFile(`${file}.gz`, small)),
  ]);
}

/** Put the new build in the old one's place; a page served meanwhile finds one or the other. */
async function swap() {
  const old = `${destination}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(destination)) await rename(destination, old);
  await rename(fresh, destination);
  await rm(old, { recursive: true, force: true });
}

/** Build everything into a folder of its own, then put it in place. */
async function main() {
  await rm(fresh, { recursive: true, force: true });
  const pictures = await filesIn(join(source, "pictures"));
  await Promise.all([
    bundleAll(),
    copyDecoder(),
    ...pictures.map((file) => copyHashed(file, `pictures/${basename(file)}`)),
  ]);
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
  await swap();
}

try {
  await main();
} catch (error) {
  // esbuild has already shown the lines it could not read.
  if (!(error instanceof Error && "errors" in error)) {
    console.error(`The front end could not be built: ${error}`);
  }
  process.exitCode = 1;
}

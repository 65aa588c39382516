// Signature verification: Ed25519 by the browser alone; ML-DSA-44 by the vendored library and,
// where the browser has it too, by both.
//
// A library's Ed25519 would answer otherwise than OpenSSL for some signatures that only an attacker
// makes (cofactored equation), so there is none here to fall back on. What cannot be checked is
// never taken for good.

import { noble } from "../../vendor/noble.js";
import { unhex } from "./encoding.js";

// Answers of a check: it holds, it does not, or this browser cannot say.
export const HOLDS = "holds";
export const FALSE = "false";
const UNSURE = "unsure";

const ED25519_SIZE = 64; // bytes of a signature
const MLDSA44_SIZE = 2420;

// RFC 8032 section 7.1, test 1: the empty message.
const KNOWN_PUBLIC = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
const KNOWN_SIGNATURE = unhex(
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4" +
    "6bd25bf5f0595bbe24655141438e7a100b",
);

const imported = new Map(); // a public key's bytes as text -> promise of its CryptoKey
const KEPT_KEYS = 4096;

// Whether this browser checks Ed25519 signatures, and rightly: one good and one altered signature.
export async function ed25519Works() {
  try {
    const message = new Uint8Array(0);
    const altered = Uint8Array.of(0);
    const key = await imports(KNOWN_PUBLIC);
    return (
      (await crypto.subtle.verify("Ed25519", key, KNOWN_SIGNATURE, message)) === true &&
      (await crypto.subtle.verify("Ed25519", key, KNOWN_SIGNATURE, altered)) === false
    );
  } catch {
    return false;
  }
}

// Whether `signature` over `message` is by `publicKey` (RFC 8032). Give only keys that passed
// `checkPublicKey`, and ask only where `ed25519Works`.
export async function verifyEd25519(publicKey, signature, message) {
  if (signature.length !== ED25519_SIZE) return false;
  try {
    const key = await importedOnce(publicKey);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false; // the bytes are no point of the curve
  }
}

// Whether `signature` over `message` is by `publicKey` (FIPS 204, pure, empty context). Where the
// browser and the library disagree, nobody can say.
export async function verifyMldsa44(publicKey, signature, message) {
  if (signature.length !== MLDSA44_SIZE) return FALSE;
  const own = libraryMldsa44(publicKey, signature, message);
  const native = await nativeMldsa44(publicKey, signature, message);
  if (native !== null && native !== own) return UNSURE;
  return own ? HOLDS : FALSE;
}

function libraryMldsa44(publicKey, signature, message) {
  try {
    return noble.ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

// The browser's own answer; null where it has none.
async function nativeMldsa44(publicKey, signature, message) {
  const algorithm = { name: "ML-DSA-44" };
  let key;
  try {
    key = await crypto.subtle.importKey("raw-public", publicKey, algorithm, false, ["verify"]);
  } catch {
    return null; // every 1,312 bytes are a key, so this can only mean: not known here
  }
  try {
    return await crypto.subtle.verify(algorithm, key, signature, message);
  } catch {
    return null;
  }
}

function imports(publicKey) {
  return crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
}

function importedOnce(publicKey) {
  const name = publicKey.join(" ");
  let key = imported.get(name);
  if (key === undefined) {
    if (imported.size >= KEPT_KEYS) imported.clear();
    key = imports(publicKey);
    imported.set(name, key);
  }
  return key;
}

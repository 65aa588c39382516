// The trust file: the keys and thresholds a verifier relies on, pinned by its SHA-256.
//
// It names the ledger, its two checkpoint keys, the root keys behind all other keys, the witnesses
// and auditors, and how old a checkpoint may be.

import { hasExactly, isObject, loads } from "./canonical.js";
import { HASH, hex, sameBytes, sha256, unb64 } from "./encoding.js";
import { TrustError, attempt } from "./errors.js";
import { EMPTY_ROOT } from "./merkle.js";
import { checkPublicKey, kidOf } from "./names.js";
import { COSIGNATURE, ED25519, MLDSA44, parseVerifierKey } from "./note.js";
import { parsePolicy } from "./quorum.js";

const TRUST_FORMAT = "custody-trust-root/v1";
const TRUST_LIMIT = 2 ** 20; // bytes
const TRUST_ANY_VERSION = /^custody-trust-root\/v[0-9]{1,4}$/;
// An entry has at most four signers, so a higher threshold could never be met.
const ROOT_THRESHOLD_MAX = 4;
const ROOTS_MAX = 16;
const NO_PREVIOUS_FILE = "0".repeat(64);
const FINGERPRINT = /^[0-9a-f]{64}$/;
const DAY = 86_400; // seconds
const TRUST_KEYS = new Set([
  "auditor_threshold",
  "auditors",
  "format",
  "known",
  "log_keys",
  "max_age",
  "max_skew",
  "origin",
  "prev",
  "root_threshold",
  "roots",
  "schema",
  "tlog_policy",
  "version",
]);

// The trust file behind `raw`: {origin, version, prev, roots: Map of kid to key, rootThreshold,
// logKeys, policy, auditors, auditorThreshold, known: {size, root}, maxAge and maxSkew in seconds,
// fingerprint, earlier: trust files before it, oldest first (see `trustAfter`)}.
// TrustError C501 malformed, C502 unknown format, C503 witness policy.
export function parseTrust(raw) {
  const { value, refusal } = attempt(() => readTrust(raw));
  if (refusal !== null) throw unfit(refusal.detail);
  return value;
}

function unfit(detail) {
  return new TrustError("C501", detail);
}

function readTrust(raw) {
  const fields = loads(raw, TRUST_LIMIT, "trust file");
  if (!isObject(fields)) throw unfit("it is not an object");
  const shape = fields.format;
  if (shape !== TRUST_FORMAT) {
    if (typeof shape === "string" && TRUST_ANY_VERSION.test(shape)) {
      throw new TrustError("C502", shape);
    }
    throw unfit("it does not say that it is a trust file");
  }
  if (!hasExactly(fields, TRUST_KEYS) || fields.schema !== 1) {
    throw unfit("it has other fields than a trust file of this version");
  }
  const origin = trustText(fields, "origin");
  const version = trustNumber(fields, "version", 1, 1_000_000);
  const prev = trustText(fields, "prev");
  if (!FINGERPRINT.test(prev) || (prev === NO_PREVIOUS_FILE) !== (version === 1)) {
    throw unfit("the hash of the previous trust file is missing or not expected");
  }
  const roots = readRoots(fields.roots);
  const logKeys = trustTexts(fields, "log_keys").map(parseVerifierKey);
  if (logKeys.map((key) => key.type).join() !== [ED25519, MLDSA44].join()) {
    throw unfit("the ledger needs one Ed25519 and one ML-DSA-44 key, in this order");
  }
  if (logKeys.some((key) => key.name !== origin)) {
    throw unfit("a ledger key carries another name than the ledger");
  }
  const policy = parsePolicy(trustTexts(fields, "tlog_policy"));
  const auditors = trustTexts(fields, "auditors").map(parseVerifierKey);
  const cosigners = [...policy.witnesses.values(), ...auditors];
  for (const key of cosigners) {
    if (key.type !== COSIGNATURE && key.type !== MLDSA44) {
      throw unfit(`${key.name} cannot co-sign with a key of this type`);
    }
  }
  checkAllDifferent([...logKeys, ...cosigners]);
  const most = Math.min(ROOT_THRESHOLD_MAX, roots.size);
  return {
    origin,
    version,
    prev,
    roots,
    rootThreshold: trustNumber(fields, "root_threshold", 1, most),
    logKeys,
    policy,
    auditors,
    auditorThreshold: trustNumber(fields, "auditor_threshold", 0, auditors.length),
    known: readKnown(fields.known),
    maxAge: trustNumber(fields, "max_age", 60, 10 * 366 * DAY),
    maxSkew: trustNumber(fields, "max_skew", 0, DAY),
    // The file has one byte form, so its bytes are what its fingerprint is over.
    fingerprint: hex(sha256(raw)),
    earlier: [],
  };
}

// The trust file with the earlier ones it goes back to, given as bytes in any order and without a
// gap. It names the SHA-256 of the one before it, so a file is believed, wherever it comes from,
// when the chain leads to it. TrustError C510 when one is not in the chain.
export function trustAfter(trust, files) {
  const waiting = new Map(files.map((raw) => [hex(sha256(raw)), parseTrust(raw)]));
  const chain = [];
  let last = trust;
  while (waiting.has(last.prev)) {
    const earlier = waiting.get(last.prev);
    waiting.delete(last.prev);
    if (earlier.origin !== trust.origin || earlier.version !== last.version - 1) {
      throw new TrustError("C510", String(earlier.version));
    }
    chain.unshift(earlier);
    last = earlier;
  }
  for (const stray of waiting.values()) throw new TrustError("C510", String(stray.version));
  return { ...trust, earlier: chain };
}

// Root keys of a trust file and of the earlier ones at hand, by kid.
export function everyRoot(trust) {
  return new Map([...trust.earlier, trust].flatMap((file) => [...file.roots]));
}

function readRoots(rows) {
  if (!Array.isArray(rows) || rows.length < 1 || rows.length > ROOTS_MAX) {
    throw unfit(`between 1 and ${ROOTS_MAX} root keys are needed`);
  }
  const roots = new Map();
  let last = "";
  for (const row of rows) {
    if (!hasExactly(row, new Set(["kid", "pub"]))) {
      throw unfit("a root key is an object of kid and pub");
    }
    const publicKey = unb64(trustText(row, "pub"), HASH);
    checkPublicKey(publicKey);
    const kid = kidOf(publicKey);
    if (kid !== row.kid) throw unfit("the kid of a root key does not belong to its public key");
    if (kid <= last) throw unfit("the root keys are not sorted, or one is listed twice");
    roots.set(kid, publicKey);
    last = kid;
  }
  return roots;
}

function readKnown(row) {
  if (!hasExactly(row, new Set(["root", "size"]))) {
    throw unfit("known is an object of root and size");
  }
  const size = trustNumber(row, "size", 0, Number.MAX_SAFE_INTEGER);
  const root = unb64(trustText(row, "root"), HASH);
  if (size === 0 && !sameBytes(root, EMPTY_ROOT)) {
    throw unfit("a ledger of size 0 has only one possible root hash");
  }
  return { size, root };
}

function checkAllDifferent(keys) {
  // One key under two names would count twice towards a quorum.
  if (new Set(keys.map((key) => hex(key.publicKey))).size !== keys.length) {
    throw unfit("one public key is listed twice");
  }
  if (new Set(keys.map((key) => `${key.name}+${key.keyid}`)).size !== keys.length) {
    throw unfit("two keys have the same name and key number");
  }
}

function trustText(row, key) {
  const value = row[key];
  if (typeof value !== "string") throw unfit(`${key} is not a text`);
  return value;
}

function trustTexts(row, key) {
  const values = row[key];
  if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
    throw unfit(`${key} is not a list of texts`);
  }
  return values;
}

function trustNumber(row, key, low, high) {
  const value = row[key];
  if (typeof value !== "number" || value < low || value > high) {
    throw unfit(`${key} is not a whole number from ${low} to ${high}`);
  }
  return value;
}

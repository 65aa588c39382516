// Identifiers: key ids, stream ids and log origins (RFC 8410 for the Ed25519 public key form).
//
// It only tells whether a name is well formed and computes the derived ones.

import { cleanText } from "./canonical.js";
import { concat, hex, sha256, unhex, utf8 } from "./encoding.js";
import { malformed } from "./errors.js";

export const STREAM_KINDS = new Set([
  "authority",
  "key",
  "person",
  "organisation",
  "site",
  "equipment",
  "instrument",
  "donation",
  "sample",
  "material",
  "product",
  "process",
  "bank",
  "vial",
  "culture",
  "batch",
  "dose",
  "deviation",
  "assessment",
  "study",
  "subject",
  "permit",
  "shipment",
  "alias",
]);
export const AUTHORITY = `authority:${"0".repeat(32)}`; // the one stream that holds the policy
export const TYPE_PATTERN = /^[a-z]+(\.[a-z_]+)+\/v[1-9][0-9]{0,3}$/;

// DER SubjectPublicKeyInfo of an Ed25519 key, up to the 32 key bytes (RFC 8410 section 10.1).
const SPKI_PREFIX = unhex("302a300506032b6570032100");
const KID = /^[0-9a-f]{64}$/;
const ORIGIN = /^[!-*,-~]{1,255}$/;
const SCHEME = /^[a-z][a-z0-9_-]{0,39}$/;
const ORDINARY = [...STREAM_KINDS].filter((kind) => !["authority", "key", "alias"].includes(kind));
const STREAM = new RegExp(
  `^(?:(?:${ORDINARY.join("|")}):[0-9a-f]{32}|(?:key|alias):[0-9a-f]{64}|authority:0{32})$`,
);

// The order of the field of Curve25519, and the y of all points of order 1, 2, 4 and 8.
const FIELD = 2n ** 255n - 19n;
const SMALL_ORDER = new Set([
  0n,
  1n,
  FIELD - 1n,
  littleEndian(unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
  littleEndian(unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
]);

function littleEndian(content) {
  return BigInt(`0x${hex(content.slice().reverse())}`);
}

// Key id: 64 hex digits, SHA-256 of the key's SubjectPublicKeyInfo.
export function kidOf(publicKey) {
  if (publicKey.length !== 32) throw malformed("public key", "it is not 32 bytes long");
  return hex(sha256(concat(SPKI_PREFIX, publicKey)));
}

export function checkKid(text) {
  if (!KID.test(text)) throw malformed("key id", "it is not 64 lower-case hex digits");
}

// C401 unless `publicKey` is a usable Ed25519 key. Refused are encodings that are not canonical
// and points of small order: for those, implementations of RFC 8032 disagree.
export function checkPublicKey(publicKey) {
  if (publicKey.length !== 32) throw malformed("public key", "it is not 32 bytes long");
  const y = littleEndian(publicKey) & ((1n << 255n) - 1n);
  if (y >= FIELD) throw malformed("public key", "its encoding is not canonical");
  if (SMALL_ORDER.has(y)) throw malformed("public key", "it is a point of small order");
}

// The kind of a stream id; C401 when the id is malformed.
export function streamKind(stream) {
  if (!STREAM.test(stream)) throw malformed("stream id", "it is not kind:hex of a known kind");
  return stream.slice(0, stream.indexOf(":"));
}

export function keyStream(keyId) {
  checkKid(keyId);
  return `key:${keyId}`;
}

// What stands after the colon of a stream id.
export function afterColon(stream) {
  return stream.slice(stream.indexOf(":") + 1);
}

// The stream that binds business number `value` of `scheme` to one stream; C401 when unusable.
export function aliasStream(scheme, value) {
  if (!SCHEME.test(scheme)) {
    throw malformed("alias", "its scheme is not a short lower-case name");
  }
  if (value === "" || !cleanText(value)) {
    const detail = "its number is empty or holds a character that is not allowed";
    throw malformed("alias", detail);
  }
  return `alias:${hex(sha256(utf8(`custody-alias/v1\n${scheme}\n${value}\n`)))}`;
}

// C401 unless `origin` can name a log: printable ASCII without space and plus.
export function checkOrigin(origin) {
  if (!ORIGIN.test(origin)) {
    const detail = "it is not 1 to 255 printable characters without space, plus";
    throw malformed("log origin", detail);
  }
}

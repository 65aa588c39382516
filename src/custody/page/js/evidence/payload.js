// The signed statement of one event: eleven fixed keys in canonical JSON.
//
// It checks form only. A payload is the parsed object itself, once every rule of form holds.

import { hasExactly, isObject, loads } from "./canonical.js";
import { HASH, compareTexts, unb64, unb64u } from "./encoding.js";
import { malformed } from "./errors.js";
import { TYPE_PATTERN, checkKid, checkOrigin, streamKind } from "./names.js";

export const PAYLOAD_LIMIT = 48_000; // bytes
export const MEANINGS = new Set([
  "performed",
  "witnessed",
  "verified",
  "reviewed",
  "approved",
  "released",
  "rejected",
  "given",
  "received",
]);

const SIGNERS_MAX = 4;
const PAYLOAD_KEYS = new Set([
  "body",
  "links",
  "log",
  "prev",
  "sd",
  "seq",
  "signers",
  "stream",
  "time",
  "type",
  "v",
]);
const SIGNER_KEYS = new Set(["kid", "meaning", "role"]);
const LINK_KEYS = new Set(["head", "rel", "stream"]);
const WORD = /^[a-z_]{1,40}$/;
const TIME =
  /^(20[0-9]{2})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])Z$/;

// The event behind `raw`; C401 when it breaks any rule of form.
export function parsePayload(raw) {
  const record = loads(raw, PAYLOAD_LIMIT, "event");
  if (!hasExactly(record, PAYLOAD_KEYS)) {
    throw malformed("event", "it does not hold exactly the eleven keys");
  }
  if (record.v !== 1) throw malformed("event", "its format version is unknown");
  if (typeof record.seq !== "number" || record.seq < 0) {
    throw malformed("event", "its seq is not a number from 0");
  }
  if (!isObject(record.body)) throw malformed("event", "its body is not an object");
  const previous = unb64(member(record, "prev"), HASH);
  if (previous.every((byte) => byte === 0) !== (record.seq === 0)) {
    throw malformed("event", "prev is zero exactly when seq is 0, and here it is not so");
  }
  if (!TYPE_PATTERN.test(member(record, "type"))) {
    throw malformed("event", "its type is not noun.past_participle/vN");
  }
  const log = member(record, "log");
  const stream = member(record, "stream");
  const time = member(record, "time");
  checkOrigin(log);
  streamKind(stream);
  secondsOf(time);
  checkSigners(record.signers);
  checkLinks(record.links);
  checkDigests(record.sd);
  return record;
}

// Unix seconds of a time written YYYY-MM-DDTHH:MM:SSZ, years 2000 to 2099; C401 otherwise.
export function secondsOf(time) {
  const found = TIME.exec(time);
  if (found === null) throw malformed("time", "it is not YYYY-MM-DDTHH:MM:SSZ");
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // A day that does not exist rolls over into another one.
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) {
    throw malformed("time", "that day does not exist");
  }
  return at.getTime() / 1000;
}

function member(record, key) {
  const value = record[key];
  if (typeof value !== "string") throw malformed("event", `its ${key} is not text`);
  return value;
}

function checkMembers(value, keys, what) {
  if (!hasExactly(value, keys)) {
    const listed = [...keys].join(", ");
    throw malformed("event", `a ${what} does not hold exactly ${listed}`);
  }
}

function checkWord(text, what) {
  if (!WORD.test(text)) {
    throw malformed("event", `a ${what} is not 1 to 40 lower-case letters and _`);
  }
}

function checkSigners(value) {
  if (!Array.isArray(value) || value.length < 1 || value.length > SIGNERS_MAX) {
    throw malformed("event", "it does not have 1 to 4 signers");
  }
  let last = "";
  for (const signer of value) {
    checkMembers(signer, SIGNER_KEYS, "signer");
    const kid = member(signer, "kid");
    const meaning = member(signer, "meaning");
    const role = member(signer, "role");
    checkKid(kid);
    if (kid <= last) throw malformed("event", "its signers are not sorted and different");
    if (!MEANINGS.has(meaning)) throw malformed("event", "a signature has an unknown meaning");
    checkWord(role, "role");
    last = kid;
  }
}

function checkLinks(value) {
  if (!Array.isArray(value)) throw malformed("event", "its links are not a list");
  let last = null;
  for (const link of value) {
    checkMembers(link, LINK_KEYS, "link");
    const head = member(link, "head");
    const rel = member(link, "rel");
    const stream = member(link, "stream");
    unb64(head, HASH);
    checkWord(rel, "link's rel");
    streamKind(stream);
    if (last !== null && !follows(last, link)) {
      throw malformed("event", "its links are not sorted and different");
    }
    last = link;
  }
}

function follows(earlier, later) {
  if (earlier.stream !== later.stream) return earlier.stream < later.stream;
  return earlier.rel < later.rel;
}

function checkDigests(value) {
  if (!Array.isArray(value)) throw malformed("event", "its sd is not a list");
  let last = "";
  for (const digest of value) {
    if (typeof digest !== "string") throw malformed("event", "a digest in sd is not text");
    unb64u(digest, HASH);
    if (compareTexts(digest, last) <= 0) {
      throw malformed("event", "its sd is not sorted and different");
    }
    last = digest;
  }
}

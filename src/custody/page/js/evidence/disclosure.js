// Selective disclosure: salted digests in the event, the values beside it.
//
// An event holds only digests; whoever holds the disclosure string can open one of them. Follows
// RFC 9901 section 4.2 (object members) with a 256-bit salt and the canonical profile inside.

import { loads } from "./canonical.js";
import { HASH, b64u, lengthOf, sha256, unb64u, utf8 } from "./encoding.js";
import { attempt, malformed } from "./errors.js";
import { finding } from "./findings.js";

const SALT = HASH; // bytes
const PRIVATE_NAME = /^[a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39}){0,3}$/;
const DISCLOSURE_LIMIT = 16_384; // characters, and bytes of what they encode

// The 43-character digest of a disclosure string (RFC 9901 section 4.2.3).
export function digestOf(disclosure) {
  return b64u(sha256(utf8(disclosure)));
}

// Name and value of a disclosure: {name, value}; C401 when the string is not one.
export function openDisclosure(disclosure) {
  if (lengthOf(disclosure) > DISCLOSURE_LIMIT) {
    throw malformed("disclosure", `it is longer than ${DISCLOSURE_LIMIT} characters`);
  }
  const parts = loads(unb64u(disclosure), DISCLOSURE_LIMIT, "disclosure");
  if (!Array.isArray(parts) || parts.length !== 3) {
    throw malformed("disclosure", "it is not a list of salt, name and value");
  }
  const [salt, name, value] = parts;
  if (typeof salt !== "string" || typeof name !== "string") {
    throw malformed("disclosure", "salt and name are texts");
  }
  unb64u(salt, SALT);
  if (!PRIVATE_NAME.test(name)) {
    throw malformed("disclosure", `the name ${quoted(name)} is not allowed`);
  }
  return { name, value };
}

// A text as Python shows it. What counts as printable follows the Unicode tables at hand; it
// concerns this clause alone, never the verdict.
function quoted(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = "";
  for (const character of text) {
    const point = character.codePointAt(0);
    if (character === mark || character === "\\") shown += `\\${character}`;
    else if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) shown += character;
    else if (point < 0x100) shown += `\\x${point.toString(16).padStart(2, "0")}`;
    else if (point < 0x10000) shown += `\\u${point.toString(16).padStart(4, "0")}`;
    else shown += `\\U${point.toString(16).padStart(8, "0")}`;
  }
  return mark + shown + mark;
}

// Checks every disclosure of a bundle against the events: findings of V8 (E28) and the opened
// values as a Map of index to a Map of name to value. `disclosed` is a Map of leaf hash in base64
// to disclosure strings; `privateFields` gives the names an event type may disclose, null for any.
export function checkDisclosures(events, disclosed, privateFields) {
  const findings = [];
  const found = (where, detail) => findings.push(finding("V8", "E28", where, detail));
  const committed = new Map();
  const byLeaf = new Map();
  for (const event of events) {
    const { index, entry } = event;
    byLeaf.set(entry.leaf64, event);
    for (const digest of entry.payload.sd) {
      if (committed.has(digest)) {
        found(`event ${index}`, `shares a digest with event ${committed.get(digest)}`);
      }
      committed.set(digest, index);
    }
  }
  const opened = new Map();
  for (const [leaf, strings] of disclosed) {
    const event = byLeaf.get(leaf);
    if (event === undefined) {
      found(`leaf ${leaf}`, "discloses values of an event that is not in the bundle");
      continue;
    }
    const { index, entry } = event;
    const { type, body, sd } = entry.payload;
    const where = `event ${index}`;
    const promised = new Set(sd);
    const allowed = privateFields(type);
    for (const string of strings) {
      if (!promised.has(digestOf(string))) {
        found(where, "a disclosed value was not committed to by this event");
        continue;
      }
      const { value: member, refusal } = attempt(() => openDisclosure(string));
      if (refusal !== null) {
        found(where, refusal.detail);
        continue;
      }
      const { name, value } = member;
      if (!opened.has(index)) opened.set(index, new Map());
      const values = opened.get(index);
      if (values.has(name)) found(where, `discloses ${name} twice`);
      else if (name in body) found(where, `the disclosed ${name} hides a field of the event`);
      else if (allowed !== null && !allowed.includes(name)) {
        found(where, `an event of type ${type} has no private ${name}`);
      } else values.set(name, value);
    }
  }
  return { findings, opened };
}

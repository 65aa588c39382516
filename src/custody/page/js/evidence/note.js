// Signed notes: a text, an empty line, and signature lines; and the keys that go with them.
//
// C2SP signed-note, with limits. It verifies nothing: which lines count, and over which bytes they
// are, depends on the kind of key (see checkpoint.js).

import { b64, concat, fromUtf8, hex, sha256, unb64, utf8 } from "./encoding.js";
import { malformed } from "./errors.js";
import { checkPublicKey } from "./names.js";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export const MLDSA44 = 0x06;

const NOTE_LIMIT = 128 * 1024; // bytes
const NOTE_LINES = 32; // signature lines
const KEY_SIZES = new Map([
  [ED25519, 32],
  [COSIGNATURE, 32],
  [MLDSA44, 1312],
]);
const DASH = "\u2014 ";
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
// Spaces as a fixed list, so that the verdict does not depend on anybody's Unicode tables.
const KEY_NAME = /^[^+ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const NAME_BYTES = 255;

// The key behind `name+id+base64`: {name, type, publicKey, keyid, text}; C401 when anything is off.
export function parseVerifierKey(vkey) {
  const first = vkey.indexOf("+");
  const second = first < 0 ? -1 : vkey.indexOf("+", first + 1);
  if (second < 0) throw malformed("verifier key", "it is not name+id+key");
  const name = vkey.slice(0, first);
  const content = unb64(vkey.slice(second + 1));
  const type = content.length > 0 ? content[0] : 0;
  const publicKey = content.slice(1);
  if (KEY_SIZES.get(type) !== publicKey.length) {
    throw malformed("verifier key", "its type is unknown or its length does not fit it");
  }
  if (type !== MLDSA44) checkPublicKey(publicKey);
  checkKeyName(name);
  const keyid = sha256(concat(utf8(`${name}\n`), content)).slice(0, 4);
  const key = { name, type, publicKey, keyid: hex(keyid), text: vkey };
  if (`${name}+${key.keyid}+${b64(content)}` !== vkey) {
    throw malformed("verifier key", "its id does not belong to this name and key");
  }
  return key;
}

function checkKeyName(name) {
  if (!KEY_NAME.test(name) || name.includes("\n") || CONTROL.test(name)) {
    throw malformed("key name", "it is empty or holds a space, a plus or a control character");
  }
  if (utf8(name).length > NAME_BYTES) throw malformed("key name", "it is longer than 255 bytes");
}

// The note behind `raw`: {text, lines}; a line is {name, keyid in hex, blob}. C401 otherwise.
export function parseNote(raw) {
  if (raw.length > NOTE_LIMIT) throw malformed("note", `it is longer than ${NOTE_LIMIT} bytes`);
  const content = fromUtf8(raw);
  if (content === null) throw malformed("note", "it is not UTF-8");
  if (CONTROL.test(content)) throw malformed("note", "it holds a control character");
  const gap = content.lastIndexOf("\n\n");
  const listed = content.slice(gap + 2);
  if (gap < 0 || !listed.endsWith("\n")) {
    throw malformed("note", "it is not a text, an empty line and signature lines");
  }
  const lines = listed.slice(0, -1).split("\n");
  if (lines.length > NOTE_LINES) {
    throw malformed("note", `it has more than ${NOTE_LINES} signature lines`);
  }
  return { text: `${content.slice(0, gap)}\n`, lines: lines.map(signatureLine) };
}

function signatureLine(line) {
  if (!line.startsWith(DASH)) {
    throw malformed("signature line", "it is not a dash, a name and base64");
  }
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(" ");
  const name = space < 0 ? rest : rest.slice(0, space);
  checkKeyName(name);
  const content = unb64(space < 0 ? "" : rest.slice(space + 1));
  if (content.length < 5) throw malformed("signature line", "it holds no signature");
  return { name, keyid: hex(content.slice(0, 4)), blob: content.slice(4) };
}

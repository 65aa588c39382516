// The stream-head map: a prefix tree from every stream to how many events it has and which is last.
//
// Under one sealed root a stream has one answer, so neither its last event nor its absence can be
// hidden. Hashing follows the prefix tree of the IETF KEYTRANS draft (0x02 leaf, 0x03 parent,
// zeros for nothing).

import {
  HASH,
  INTEGER_MAX,
  ZERO,
  b64,
  concat,
  decimal,
  sameBytes,
  sha256,
  utf8,
} from "./encoding.js";
import { streamKind } from "./names.js";

const MAP_LEAF = Uint8Array.of(2);
const MAP_PARENT = Uint8Array.of(3);
const DEPTH_MAX = 8 * HASH;

// The 32-byte place of a stream in the map; C401 when the id is malformed.
export function mapKey(stream) {
  streamKind(stream);
  return sha256(utf8(`custody-map-key/v1\n${stream}\n`));
}

// The 32-byte commitment to a stream's head {count, index, leaf}.
export function mapValue(stream, head) {
  const count = decimal(head.count);
  const index = decimal(head.index);
  const text = `custody-map-value/v1\n${stream}\n${count}\n${index}\n${b64(head.leaf)}\n`;
  return sha256(utf8(text));
}

// Whether `proof` shows under `root` that `stream` stands at `head` (null: is absent). A proof is
// {kind, copath, other}: kind is present, empty or other; `other` a pair of key and value or null.
export function verifyMap(root, stream, head, proof) {
  const { kind, copath, other } = proof;
  const depth = copath.length;
  const hashes = [root, ...copath, ...(other ?? [])];
  if (depth < 1 || depth > DEPTH_MAX || hashes.some((hash) => hash.length !== HASH)) return false;
  const key = mapKey(stream);
  const ending = head !== null ? "present" : other !== null ? "other" : "empty";
  if (kind !== ending || (head !== null && other !== null)) return false;
  let node = ZERO;
  if (head !== null) {
    const possible = head.count >= 1 && head.count <= head.index + 1;
    if (head.leaf.length !== HASH || !possible || head.index + 1 > INTEGER_MAX) return false;
    node = sha256(concat(MAP_LEAF, key, mapValue(stream, head)));
  } else if (other !== null) {
    // A stream's own leaf shown as somebody else's, or one from elsewhere, would prove anything.
    const [otherKey, otherValue] = other;
    if (sameBytes(otherKey, key) || !sharesBits(otherKey, key, depth)) return false;
    node = sha256(concat(MAP_LEAF, otherKey, otherValue));
  }
  for (let at = depth - 1; at >= 0; at -= 1) {
    const sibling = copath[at];
    const pair = bit(key, at) ? [sibling, node] : [node, sibling];
    node = sha256(concat(MAP_PARENT, ...pair));
  }
  return sameBytes(node, root);
}

// Bit number `at` of a key, from the most significant bit of its first byte.
function bit(key, at) {
  return ((key[at >> 3] >> (7 - (at & 7))) & 1) === 1;
}

function sharesBits(one, other, count) {
  for (let at = 0; at < count; at += 1) if (bit(one, at) !== bit(other, at)) return false;
  return true;
}

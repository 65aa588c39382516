// What only whoever writes a ledger computes, by the definitions, for vectors that ask for it. The
// page judges and has no use for these.

import { digestOf, openDisclosure } from "../../src/custody/page/js/evidence/disclosure.js";
import { ZERO, b64u, concat, sha256, utf8 } from "../../src/custody/page/js/evidence/encoding.js";
import { mapKey, mapValue } from "../../src/custody/page/js/evidence/headmap.js";
import { EMPTY_ROOT } from "../../src/custody/page/js/evidence/merkle.js";

// A hash over a mark, which tells leaves from nodes, and parts.
function marked(mark, ...parts) {
  return sha256(concat(Uint8Array.of(mark), ...parts));
}

// The root over leaf hashes (RFC 9162 section 2.1.1).
export function rootOf(leaves) {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return marked(1, rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

// The root of a map made from nothing, from a Map of stream to head.
export function mapRootOf(heads) {
  return subtree([...heads].map(([stream, head]) => [mapKey(stream), mapValue(stream, head)]), 0);
}

function subtree(leaves, depth) {
  if (depth > 0 && leaves.length === 0) return ZERO;
  if (depth > 0 && leaves.length === 1) return marked(2, ...leaves[0]);
  const isOne = ([key]) => ((key[depth >> 3] >> (7 - (depth & 7))) & 1) === 1;
  const ones = leaves.filter(isOne);
  const zeros = leaves.filter((leaf) => !isOne(leaf));
  return marked(3, subtree(zeros, depth + 1), subtree(ones, depth + 1));
}

// The disclosure of one private member and its digest: {disclosure, digest}; C401 when it could not
// be opened again.
export function commit(name, value, salt) {
  const disclosure = b64u(utf8(canonicalText([b64u(salt), name, value])));
  openDisclosure(disclosure);
  return { disclosure, digest: digestOf(disclosure) };
}

function canonicalText(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `"${key}":${canonicalText(value[key])}`).join(",")}}`;
}

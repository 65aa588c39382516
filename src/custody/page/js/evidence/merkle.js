// The append-only Merkle tree: hashes of leaves and nodes, and proofs checked.
//
// RFC 9162 section 2.1 (the tree of RFC 6962) with SHA-256. Sizes reach 2^53-1, so halving is done
// by division: the shifts of JavaScript know 32 bits only.

import { HASH, concat, sameBytes, sha256 } from "./encoding.js";

const LEAF_MARK = Uint8Array.of(0x00);
const NODE_MARK = Uint8Array.of(0x01);

export const EMPTY_ROOT = sha256(new Uint8Array(0)); // root of the tree without leaves

export function leafHash(entry) {
  return sha256(concat(LEAF_MARK, entry));
}

function nodeHash(left, right) {
  return sha256(concat(NODE_MARK, left, right));
}

// Whether `leaf` is leaf number `index` of the tree of `size` leaves with `root` (2.1.3.2); the
// path must have exactly the length the tree demands.
export function verifyInclusion(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size) || !allHashes(leaf, root, ...path)) return false;
  let fn = index;
  let sn = size - 1;
  let node = leaf;
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      node = nodeHash(node, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameBytes(node, root);
}

// Whether the tree of `newSize` leaves continues the tree of `old` leaves (2.1.4.2). An empty old
// tree proves nothing, so `old` must be at least 1.
export function verifyConsistency(old, newSize, path, oldRoot, newRoot) {
  if (!(old >= 1 && old <= newSize) || !allHashes(oldRoot, newRoot, ...path)) return false;
  if (old === newSize) return path.length === 0 && sameBytes(oldRoot, newRoot);
  // When the old tree is complete, its root is the first node of the proof.
  const steps = isPowerOfTwo(old) ? [oldRoot, ...path] : [...path];
  if (steps.length === 0) return false;
  let fn = old - 1;
  let sn = newSize - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let oldNode = steps[0];
  let newNode = steps[0];
  for (const sibling of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldNode = nodeHash(sibling, oldNode);
      newNode = nodeHash(sibling, newNode);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      newNode = nodeHash(newNode, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameBytes(oldNode, oldRoot) && sameBytes(newNode, newRoot);
}

function half(number) {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number) {
  let power = 1;
  while (power < number) power *= 2;
  return power === number;
}

function allHashes(...values) {
  return values.every((value) => value.length === HASH);
}

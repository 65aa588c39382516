// Checkpoints: the size and root of the log, signed by the log twice and cosigned by witnesses.
//
// C2SP tlog-checkpoint without extension lines, tlog-cosignature for Ed25519 (type 0x04) and
// ML-DSA-44 (type 0x06). How many lines are enough is for the trust file to say.

import { FALSE, HOLDS, verifyEd25519, verifyMldsa44 } from "./crypto.js";
import { HASH, INTEGER_MAX, b64, concat, sameBytes, unb64, undecimal, utf8 } from "./encoding.js";
import { malformed } from "./errors.js";
import { EMPTY_ROOT } from "./merkle.js";
import { checkOrigin } from "./names.js";
import { COSIGNATURE, ED25519, parseNote } from "./note.js";

// The checkpoint in a signed note: {origin, size, root, lines}; C401 when malformed. No signature
// is verified.
export function parseCheckpoint(raw) {
  const note = parseNote(raw);
  const parts = note.text.split("\n");
  if (parts.length !== 4) throw malformed("checkpoint", "it does not have exactly three lines");
  const [origin, size, root] = parts;
  const checkpoint = {
    origin,
    size: undecimal(size),
    root: unb64(root, HASH),
    lines: note.lines,
  };
  checkOrigin(origin);
  if (checkpoint.size === 0 && !sameBytes(checkpoint.root, EMPTY_ROOT)) {
    throw malformed("checkpoint", "a log without leaves has another root");
  }
  return checkpoint;
}

// The line of a checkpoint that claims to be by `key`, or null.
export function lineBy(checkpoint, key) {
  return checkpoint.lines.find((line) => claimedBy(line, key)) ?? null;
}

// How many lines claim to be by `key`.
export function linesBy(checkpoint, key) {
  return checkpoint.lines.filter((line) => claimedBy(line, key)).length;
}

function claimedBy(line, key) {
  return line.name === key.name && line.keyid === key.keyid;
}

// Checks a signature line: {answer, time}. The time is in Unix seconds, 0 for a line without one.
// A line whose time is 0 would be a statement about a part of the log and is refused.
export async function verifyLine(key, checkpoint, line) {
  if (!claimedBy(line, key)) return { answer: FALSE, time: 0 };
  if (key.type === ED25519) {
    const holds = await verifyEd25519(key.publicKey, line.blob, body(checkpoint));
    return { answer: holds ? HOLDS : FALSE, time: 0 };
  }
  const time = timeOf(line.blob);
  if (time === null) return { answer: FALSE, time: 0 };
  const signature = line.blob.slice(8);
  if (key.type === COSIGNATURE) {
    const message = concat(utf8(`cosignature/v1\ntime ${time}\n`), body(checkpoint));
    const holds = await verifyEd25519(key.publicKey, signature, message);
    return { answer: holds ? HOLDS : FALSE, time };
  }
  const message = wholeLog(key.name, checkpoint, time);
  return { answer: await verifyMldsa44(key.publicKey, signature, message), time };
}

// The three lines that are signed.
function body(checkpoint) {
  const { origin, size, root } = checkpoint;
  return utf8(`${origin}\n${size}\n${b64(root)}\n`);
}

function timeOf(blob) {
  let time = 0n;
  for (const byte of blob.slice(0, 8)) time = time * 256n + BigInt(byte);
  return time >= 1n && time <= BigInt(INTEGER_MAX) ? Number(time) : null;
}

// The statement about the whole log as the subtree from leaf 0 (tlog-cosignature).
function wholeLog(name, checkpoint, time) {
  return concat(
    utf8("subtree/v1\n\0"),
    len8(name),
    be64(time),
    len8(checkpoint.origin),
    be64(0),
    be64(checkpoint.size),
    checkpoint.root,
  );
}

function be64(number) {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setBigUint64(0, BigInt(number));
  return content;
}

function len8(text) {
  const content = utf8(text);
  return concat(Uint8Array.of(content.length), content);
}

// The seal: the log entry that pins the stream-head map, so that nothing can be left out later.
//
// Seven lines of text. It carries no signature; the checkpoint right after it signs it.

import { HASH, b64, bytewise, decimal, isAscii, unb64, undecimal } from "./encoding.js";
import { malformed } from "./errors.js";
import { checkOrigin } from "./names.js";

const SEAL_LIMIT = 1_024; // bytes
const SEAL_TITLE = "custody-seal/v1";

// The seal behind `raw`: {origin, index, time, mapRoot, streams, previous}; time in Unix seconds,
// previous null for the first. C401 unless the bytes are its one form.
export function parseSeal(raw) {
  if (raw.length > SEAL_LIMIT) {
    throw malformed("seal", `it is longer than ${SEAL_LIMIT} bytes`);
  }
  const whole = bytewise(raw);
  if (!isAscii(whole)) throw malformed("seal", "it holds bytes outside ASCII");
  const lines = whole.split("\n");
  if (lines.length !== 8) throw malformed("seal", "it does not have seven lines");
  const [, origin, index, time, mapRoot, streams, previous] = lines;
  const seal = {
    origin,
    index: undecimal(index),
    time: undecimal(time),
    mapRoot: unb64(mapRoot, HASH),
    streams: undecimal(streams),
    previous: previous === "-" ? null : undecimal(previous),
  };
  if (sealText(seal) !== whole) {
    throw malformed("seal", "it is not in its one canonical spelling");
  }
  return seal;
}

function sealText(seal) {
  checkOrigin(seal.origin);
  if (seal.streams < 1 || seal.streams > seal.index) {
    throw malformed("seal", "its number of streams is impossible at that index");
  }
  if (seal.previous !== null && (seal.previous <= 0 || seal.previous >= seal.index)) {
    throw malformed("seal", "the seal before it would not be before it");
  }
  const lines = [
    SEAL_TITLE,
    seal.origin,
    decimal(seal.index),
    decimal(seal.time),
    b64(seal.mapRoot),
    decimal(seal.streams),
    seal.previous === null ? "-" : decimal(seal.previous),
  ];
  return `${lines.join("\n")}\n`;
}

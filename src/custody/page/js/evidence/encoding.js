// SHA-256, strict base64, hex and minimal decimals: the smallest parts of every other format.
//
// Each decoder accepts exactly one spelling of a value and refuses every other one (RFC 4648
// sections 4 and 5, with the unused tail bits required to be zero).

import { noble } from "../../vendor/noble.js";
import { malformed } from "./errors.js";

export const HASH = 32; // bytes of a SHA-256 digest
export const INTEGER_MAX = Number.MAX_SAFE_INTEGER; // 2^53-1
export const ZERO = new Uint8Array(HASH);

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;
const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIXTY_FOUR = new Uint8Array(128).fill(255);
for (let value = 0; value < 64; value += 1) SIXTY_FOUR[STANDARD.charCodeAt(value)] = value;

const TO_UTF8 = new TextEncoder();
const FROM_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// One character per byte; every byte above 127 becomes some character above 127.
const FROM_BYTES = new TextDecoder("latin1");

// 32-byte SHA-256 digest (FIPS 180-4).
export function sha256(content) {
  return noble.sha256(content);
}

// UTF-8 bytes of a text; a lone surrogate cannot occur in what came out of `fromUtf8`.
export function utf8(text) {
  return TO_UTF8.encode(text);
}

// The text behind UTF-8 bytes, a byte order mark included; null when they are not UTF-8.
export function fromUtf8(content) {
  try {
    return FROM_UTF8.decode(content);
  } catch {
    return null;
  }
}

// One character per byte, so that places in the text are places in the bytes.
export function bytewise(content) {
  return FROM_BYTES.decode(content);
}

export function isAscii(text) {
  return /^[\x00-\x7f]*$/.test(text);
}

export function concat(...parts) {
  let size = 0;
  for (const part of parts) size += part.length;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

export function hex(content) {
  let text = "";
  for (const byte of content) text += byte.toString(16).padStart(2, "0");
  return text;
}

// Bytes behind hex digits known to be well formed.
export function unhex(text) {
  const content = new Uint8Array(text.length / 2);
  for (let at = 0; at < content.length; at += 1) {
    content[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return content;
}

// Standard base64 with padding (RFC 4648 section 4).
export function b64(content) {
  const text = [];
  let at = 0;
  for (; at + 2 < content.length; at += 3) {
    const group = (content[at] << 16) | (content[at + 1] << 8) | content[at + 2];
    text.push(
      STANDARD[group >> 18],
      STANDARD[(group >> 12) & 63],
      STANDARD[(group >> 6) & 63],
      STANDARD[group & 63],
    );
  }
  if (at + 1 === content.length) {
    text.push(STANDARD[content[at] >> 2], STANDARD[(content[at] & 3) << 4], "==");
  } else if (at + 2 === content.length) {
    const group = (content[at] << 8) | content[at + 1];
    text.push(STANDARD[group >> 10], STANDARD[(group >> 4) & 63], STANDARD[(group & 15) << 2], "=");
  }
  return text.join("");
}

// The bytes behind standard base64, given exactly as `b64` writes them; C401 for any other
// spelling, or when `length` is given and differs.
export function unb64(text, length = null) {
  const content = oneSpelling(text);
  if (content === null) {
    const detail = decodable(text)
      ? "it is not in its one canonical spelling"
      : "it does not decode";
    throw malformed("base64 text", detail);
  }
  if (length !== null && content.length !== length) {
    throw malformed("base64 text", `it holds ${content.length} bytes where ${length} are needed`);
  }
  return content;
}

function oneSpelling(text) {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const content = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  let made = 0;
  for (let at = 0; at < digits; at += 1) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? SIXTY_FOUR[code] : 255;
    if (value === 255) return null;
    group = ((group << 6) | value) & 0xffffff;
    if (at % 4 === 1) content[made++] = group >> 4;
    else if (at % 4 === 2) content[made++] = group >> 2;
    else if (at % 4 === 3) content[made++] = group;
  }
  // Bits of the last digit that belong to no byte must be zero.
  if (padding === 1 && (group & 3) !== 0) return null;
  if (padding === 2 && (group & 15) !== 0) return null;
  return content;
}

// Whether a lenient decoder would take the text: it skips strange characters and stops at a full
// padding. Asked only to name the fault; such a text is refused either way.
function decodable(text) {
  if (!isAscii(text)) return false;
  let place = 0;
  let pads = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3d) {
      if (place >= 2) {
        pads += 1;
        if (place + pads >= 4) return true;
      }
    } else if (SIXTY_FOUR[code] !== 255) {
      pads = 0;
      place = (place + 1) % 4;
    }
  }
  return place === 0;
}

// URL-safe base64 without padding (RFC 4648 section 5).
export function b64u(content) {
  return b64(content).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
}

// The bytes behind unpadded URL-safe base64, given exactly as `b64u` writes them; C401 otherwise.
export function unb64u(text, length = null) {
  const padded = text + "=".repeat((4 - (text.length % 4)) % 4);
  const content = unb64(padded.replaceAll("-", "+").replaceAll("_", "/"), length);
  // The translation would let both alphabets through; encoding again leaves only one.
  if (b64u(content) !== text) {
    throw malformed("base64 text", "it is not in its one canonical spelling");
  }
  return content;
}

// `number` (0 to 2^53-1) as decimal without sign or leading zeros.
export function decimal(number) {
  if (!(number >= 0 && number <= INTEGER_MAX)) {
    throw malformed("number", "it is outside 0 to 2^53-1");
  }
  return String(number);
}

// The integer behind a minimal decimal; C401 for any other spelling.
export function undecimal(text) {
  if (!DECIMAL.test(text)) throw malformed("number", "it is not a minimal decimal");
  // Sixteen digits may lie above 2^53, where a double rounds; but never down to below it.
  const number = Number(text);
  if (number > INTEGER_MAX) throw malformed("number", "it is outside 0 to 2^53-1");
  return number;
}

// Order of texts by code points, as Python has it; UTF-16 order differs beyond U+FFFF.
export function compareTexts(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) {
    const left = one.charCodeAt(at);
    const right = other.charCodeAt(at);
    if (left !== right) return ranked(left) - ranked(right);
  }
  return one.length - other.length;
}

function ranked(unit) {
  // Surrogates stand for code points above every other unit.
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

// Number of code points.
export function lengthOf(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count;
}

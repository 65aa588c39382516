// Canonical JSON: one byte form per value, and a parser that refuses every other form.
//
// A restriction of RFC 8785: objects, arrays, strings, booleans and integers within ±(2^53-1);
// keys match [a-z][a-z0-9_]{0,39}; at most 16 levels; no string holds a refused code point.
// Objects come without a prototype, so that a key such as "constructor" finds nothing else.

import { fromUtf8 } from "./encoding.js";
import { malformed } from "./errors.js";

const DEPTH = 16; // most levels of arrays and objects inside one another
const VALUES = 2 ** 21; // most values in one document: bounds memory, not form
const LARGE = 2 ** 20; // most bytes outside ASCII in one document
const INTEGER_DIGITS = 17; // longer ones are not even converted
const TURNS_DEPTH = 2; // levels whose items are read in turns: a bundle and its lists

// A fixed list, so that the verdict does not depend on anybody's Unicode tables: control
// characters, invisible and direction-changing characters, surrogates, noncharacters and tags.
const REFUSED = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f" +
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e007f}" +
    Array.from({ length: 16 }, (_, plane) => {
      const high = (plane + 1).toString(16);
      return `\\u{${high}fffe}\\u{${high}ffff}`;
    }).join("") +
    "]",
  "u",
);
const PLAIN = /^[ -~]*$/;
const ODD = /\\[^"\\]/;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

// Whether `text` holds no refused code point.
export function cleanText(text) {
  return PLAIN.test(text) || !REFUSED.test(text);
}

// The value behind canonical bytes. C401 when `raw` is longer than `limit` bytes or not the one
// canonical form of a value within the profile; `what` names the document. Nothing else is thrown.
export function loads(raw, limit, what) {
  checkShape(raw, limit, what);
  return parsed(cleanDocument(raw, what), what);
}

// The same in turns (see pace.js), for documents that take long enough for a person to notice.
export async function loadsInTurns(raw, limit, what, pace) {
  checkShape(raw, limit, what);
  await pace.turn();
  const text = cleanDocument(raw, what);
  await pace.turn();
  const reading = new Reading(text);
  try {
    return accepted(reading, await reading.valueInTurns(pace, TURNS_DEPTH), what);
  } catch (error) {
    throw refusedAs(error, what);
  }
}

// Refuses long, deep or crowded documents by one linear scan, before anything recurses into them.
function checkShape(raw, limit, what) {
  if (raw.length > limit) throw malformed(what, `it is longer than ${limit} bytes`);
  let openers = 0;
  let commas = 0;
  let quotes = 0;
  let others = 0; // bytes outside ASCII
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === QUOTE) quotes += 1;
    else if (byte === COMMA) commas += 1;
    else if (byte === 0x5b || byte === 0x7b) openers += 1;
    else if (byte > 0x7f) others += 1;
  }
  const large = raw.length > VALUES;
  if (large && (openers + commas > VALUES || quotes > 4 * VALUES)) {
    throw malformed(what, `it holds more than ${VALUES} values`);
  }
  if (others > LARGE) throw malformed(what, "it holds too many characters outside ASCII");
  if (openers > DEPTH && !shallow(raw)) {
    throw malformed(what, `it is nested deeper than ${DEPTH} levels or not closed`);
  }
}

function shallow(raw) {
  let depth = 0;
  let inside = false; // of a string
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === BACKSLASH) {
      if (raw[at + 1] === BACKSLASH || raw[at + 1] === QUOTE) at += 1;
    } else if (byte === QUOTE) {
      inside = !inside;
    } else if (!inside) {
      if (byte === 0x5b || byte === 0x7b) {
        depth += 1;
        if (depth > DEPTH) return false;
      } else if (byte === 0x5d || byte === 0x7d) {
        depth -= 1;
        if (depth < 0) return false;
      }
    }
  }
  return depth === 0;
}

function cleanDocument(raw, what) {
  const text = fromUtf8(raw);
  if (text === null) throw malformed(what, "it is not canonical JSON");
  // A clean document with no other escape than \" and \\ holds no refused code point anywhere.
  if (!cleanText(text) || oddEscape(text)) {
    throw malformed(what, "it holds a character that is not allowed");
  }
  return text;
}

function oddEscape(text) {
  // A first look that never misses one; it may take the second half of \\ for a beginning.
  if (!ODD.test(text)) return false;
  return text.replaceAll("\\\\", "").replaceAll('\\"', "").includes("\\");
}

function parsed(text, what) {
  const reading = new Reading(text);
  try {
    return accepted(reading, reading.value(), what);
  } catch (error) {
    throw refusedAs(error, what);
  }
}

// The value a reading came to, when its spelling is the canonical one.
function accepted(reading, value, what) {
  if (reading.at !== reading.text.length || reading.otherwise) {
    throw malformed(what, "it is not in its one canonical spelling");
  }
  if (reading.sawNull) throw malformed(what, "it holds null");
  return value;
}

function refusedAs(error, what) {
  return error instanceof NotJson ? malformed(what, "it is not canonical JSON") : error;
}

class NotJson extends Error {}

// One pass over a document. It accepts what any JSON parser would, so that a spelling that is only
// not canonical (`otherwise`) is told from what is not JSON at all.
class Reading {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.otherwise = false;
    this.sawNull = false;
  }

  value() {
    switch (this.text[this.at]) {
      case '"':
        this.at += 1;
        return this.string();
      case "{":
        this.at += 1;
        return this.object();
      case "[":
        this.at += 1;
        return this.array();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        this.word("null", null);
        this.sawNull = true;
        return null;
      default:
        return this.integer();
    }
  }

  // Spaces are JSON, but never canonical.
  space() {
    const start = this.at;
    while (this.text[this.at] === " ") this.at += 1;
    if (this.at !== start) this.otherwise = true;
  }

  word(spelled, value) {
    if (!this.text.startsWith(spelled, this.at)) throw new NotJson();
    this.at += spelled.length;
    return value;
  }

  integer() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) throw new NotJson();
    const [digits, fraction, exponent] = found;
    if (fraction !== undefined || exponent !== undefined) throw new NotJson();
    const number = Number(digits);
    if (digits.length > INTEGER_DIGITS || !Number.isSafeInteger(number)) throw new NotJson();
    this.at += digits.length;
    if (digits === "-0") {
      this.otherwise = true;
      return 0;
    }
    return number;
  }

  string() {
    const { text } = this;
    const start = this.at;
    let end = text.indexOf('"', start);
    while (end > start && escaped(text, start, end)) end = text.indexOf('"', end + 1);
    if (end < 0) throw new NotJson();
    this.at = end + 1;
    const spelled = text.slice(start, end);
    return spelled.includes("\\") ? spelled.replace(/\\(["\\])/g, "$1") : spelled;
  }

  array() {
    const items = [];
    if (this.isEmpty("]")) return items;
    do items.push(this.value());
    while (this.continues("]"));
    return items;
  }

  object() {
    const members = Object.create(null);
    if (this.isEmpty("}")) return members;
    let last = "";
    do {
      last = this.key(last);
      members[last] = this.value();
    } while (this.continues("}"));
    return members;
  }

  // As `value`, with turns between the items of the outermost `depth` levels.
  async valueInTurns(pace, depth) {
    const mark = this.text[this.at];
    if (depth === 0 || (mark !== "[" && mark !== "{")) return this.value();
    this.at += 1;
    if (mark === "[") {
      const items = [];
      if (this.isEmpty("]")) return items;
      do {
        items.push(await this.valueInTurns(pace, depth - 1));
        if (pace.due) await pace.turn();
      } while (this.continues("]"));
      return items;
    }
    const members = Object.create(null);
    if (this.isEmpty("}")) return members;
    let last = "";
    do {
      last = this.key(last);
      members[last] = await this.valueInTurns(pace, depth - 1);
    } while (this.continues("}"));
    return members;
  }

  // Whether the array or object that was opened is closed at once.
  isEmpty(close) {
    this.space();
    if (this.text[this.at] !== close) return false;
    this.at += 1;
    return true;
  }

  // Whether another item follows; false when the array or object is closed.
  continues(close) {
    this.space();
    const mark = this.text[this.at];
    this.at += 1;
    if (mark === close) return false;
    if (mark !== ",") throw new NotJson();
    this.space();
    return true;
  }

  // The next key, with its colon; `last` is the key before it.
  key(last) {
    if (this.text[this.at] !== '"') throw new NotJson();
    this.at += 1;
    const name = this.string();
    if (!NAME.test(name)) throw new NotJson();
    if (name <= last) this.otherwise = true;
    this.space();
    if (this.text[this.at] !== ":") throw new NotJson();
    this.at += 1;
    this.space();
    return name;
  }
}

// Whether an odd number of backslashes stands before the quote at `end`.
function escaped(text, start, end) {
  let at = end;
  while (at > start && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return (end - at) % 2 === 1;
}

// Whether `value` is an object with exactly these keys.
export function hasExactly(value, keys) {
  if (!isObject(value)) return false;
  const members = Object.keys(value);
  return members.length === keys.size && members.every((key) => keys.has(key));
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

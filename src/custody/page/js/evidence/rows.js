// Typed access to the rows of a parsed bundle: each function refuses every other type (C401).

import { hasExactly } from "./canonical.js";
import { HASH, compareTexts, unb64 } from "./encoding.js";
import { malformed } from "./errors.js";

// A list of at most `most` objects with exactly these keys.
export function rowsOf(value, keys, most) {
  if (!Array.isArray(value) || value.length > most) {
    throw malformed("bundle", `a list is missing or has more than ${most} rows`);
  }
  if (!value.every((row) => hasExactly(row, keys))) {
    const listed = [...keys].sort().join(", ");
    throw malformed("bundle", `a row has other fields than ${listed}`);
  }
  return value;
}

export function textIn(row, key) {
  const value = row[key];
  if (typeof value !== "string") throw malformed("bundle", `${key} is not a text`);
  return value;
}

// A list of at most `most` texts.
export function textsIn(row, key, most) {
  const value = row[key];
  if (!Array.isArray(value) || value.length > most) {
    throw malformed("bundle", `${key} is not a list of at most ${most} texts`);
  }
  if (value.some((item) => typeof item !== "string")) {
    throw malformed("bundle", `${key} is not a list of texts`);
  }
  return value;
}

// A whole number from 0.
export function numberIn(row, key) {
  const value = row[key];
  if (typeof value !== "number" || value < 0) {
    throw malformed("bundle", `${key} is not a whole number from 0`);
  }
  return value;
}

// The 32 bytes behind a base64 hash.
export function digestIn(row, key) {
  return unb64(textIn(row, key), HASH);
}

// Refuses values that are not strictly increasing.
export function checkOrder(what, values) {
  for (let at = 1; at < values.length; at += 1) {
    const [earlier, later] = [values[at - 1], values[at]];
    const increasing =
      typeof later === "number" ? earlier < later : compareTexts(earlier, later) < 0;
    if (!increasing) {
      throw malformed("bundle", `its ${what} are not sorted, or one is listed twice`);
    }
  }
}

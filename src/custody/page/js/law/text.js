// Texts: methods of str, and values as texts.

const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACE}]+`, "u");
const TRAILING = new RegExp(`[${SPACE}]+$`, "u");
const SPACES = new RegExp(`[${SPACE}]+`, "u");

py.str = function str(value) {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.message;
  if (value instanceof py.Day || value instanceof py.Instant || value instanceof py.Decimal) {
    return value.toString();
  }
  return py.repr(value);
};

py.repr = function repr(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quotedText(value);
  if (Array.isArray(value)) {
    const parts = value.map(py.repr).join(", ");
    if (!Object.isFrozen(value)) return `[${parts}]`;
    return value.length === 1 ? `(${parts},)` : `(${parts})`;
  }
  throw new py.NotCarried("the text of this kind of thing");
};

function quotedText(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = text.replace(/[\\'"\t\n\r]|[^\x20-\x7e]/gu, (character) => {
    if (character === quote || character === "\\") return `\\${character}`;
    const short = { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character];
    if (short !== undefined) return short;
    if (character === "'" || character === '"') return character;
    if (!/[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u.test(character)) return character;
    const code = character.codePointAt(0).toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return quote + shown + quote;
}

// `format(value, "f")`, or the method of a text with values by name.
py.format = function format(value, given) {
  if (given === "f") return value.fixed();
  if (typeof value !== "string") throw new py.NotCarried("this format");
  return py.filled(value, given);
};

// Fills `{name}`; what has no value stays as it is.
py.filled = function filled(text, values) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) =>
    Object.hasOwn(values, name) ? py.str(values[name]) : whole,
  );
};

py.normalize = function normalize(form, text) {
  return text.normalize(form);
};

py.ord = function ord(character) {
  return character.codePointAt(0);
};

py.join = function join(between, items) {
  const parts = [...py.iter(items)];
  if (!parts.every((item) => typeof item === "string")) {
    throw new py.TypeError("sequence item: expected str instance");
  }
  return parts.join(between);
};

py.startswith = function startswith(text, wanted) {
  return Array.isArray(wanted)
    ? wanted.some((each) => text.startsWith(each))
    : text.startsWith(wanted);
};

py.endswith = function endswith(text, wanted) {
  return Array.isArray(wanted) ? wanted.some((each) => text.endsWith(each)) : text.endsWith(wanted);
};

py.upper = function upper(text) {
  return text.toUpperCase();
};

// Good for comparing, which is what it is for: two texts that fold alike in Python do so here.
py.casefold = function casefold(text) {
  const folded = (part) => part.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return text.split("ı").map(folded).join("ı"); // the letter that folds to nothing else
};

py.strip = function strip(text) {
  return text.replace(LEADING, "").replace(TRAILING, "");
};

py.rstrip = function rstrip(text, characters) {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end -= 1;
  return text.slice(0, end);
};

py.split = function split(text, between, most) {
  if (between === undefined) return text.split(SPACES).filter((part) => part !== "");
  const parts = text.split(between);
  if (most === undefined || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(between)];
};

py.partition = function partition(text, between) {
  const at = text.indexOf(between);
  if (at < 0) return py.tupleOf(text, "", "");
  return py.tupleOf(text.slice(0, at), between, text.slice(at + between.length));
};

py.rpartition = function rpartition(text, between) {
  const at = text.lastIndexOf(between);
  if (at < 0) return py.tupleOf("", "", text);
  return py.tupleOf(text.slice(0, at), between, text.slice(at + between.length));
};

py.isascii = function isascii(text) {
  return /^[\x00-\x7f]*$/.test(text);
};

// Only asked of texts that are ASCII.
py.isdigit = function isdigit(text) {
  if (!py.isascii(text)) throw new py.NotCarried("digits beyond ASCII");
  return /^[0-9]+$/.test(text);
};

// str.replace, or the method of a day.
py.replaced = function replaced(value, ...given) {
  if (typeof value !== "string") return value.replace(...given);
  return value.split(given[0]).join(given[1]);
};

// What is thrown inside the verifier; nothing else is meant to leave a parser.

// Bytes that do not have the form of `what`; `detail` is one English clause, as in Python.
export class EvidenceError extends Error {
  constructor(code, what, detail) {
    super(`${code} ${what}: ${detail}`);
    this.code = code;
    this.what = what;
    this.detail = detail;
  }
}

// The trust file itself is not usable: C501 malformed, C502 later format, C503 witness policy.
export class TrustError extends Error {
  constructor(code, detail) {
    super(`${code} trust file: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

// Returns (does not throw) the one error for bytes that do not have the form of `what`.
export function malformed(what, detail) {
  return new EvidenceError("C401", what, detail);
}

// Runs `read`: {value, refusal}, its value or the EvidenceError it threw, the other null. Other
// errors are bugs and go on.
export function attempt(read) {
  try {
    return { value: read(), refusal: null };
  } catch (error) {
    if (error instanceof EvidenceError) return { value: null, refusal: error };
    throw error;
  }
}

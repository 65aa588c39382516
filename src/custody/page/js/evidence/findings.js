// What a verification found: findings, steps and the three verdicts.
//
// A finding is {step, code, where, detail, verdict}; a step {id, title, status, findings}. Texts in
// two languages are the contract's vocabulary `findings`, looked up by code when shown.

export const GENUINE = "genuine";
export const NOT_GENUINE = "not_genuine";
export const CANNOT_TELL = "cannot_tell";

export const PASSED = "passed";
export const FAILED = "failed";
export const NOT_RUN = "not_run";

// A code whose usual cause is something missing or unknown leaves the question open.
const OPEN_CODES = new Set([
  "E02", // the trust file is not the pinned one
  "E05", // too few witnesses
  "E06", // no proof that this log continues the one seen before
  "E09", // the checkpoint is too old
  "E10", // a clock, here or there, is wrong
  "E27", // this shipment was shown before: perhaps by the same person
  "E30", // a time stamp by an authority unknown here
]);
const EVIDENCE_CODE = /^E(?:0[1-9]|[12][0-9]|30)$/;

// Enough for a person to see the pattern; a hostile file must not produce a report of megabytes.
const SHOWN_PER_CODE = 50;

// `judged` is the verdict this finding leads to, when it differs from its code's usual one.
export function finding(step, code, where, detail, judged = null) {
  return { step, code, where, detail, verdict: judged ?? verdictOf(code) };
}

function verdictOf(code) {
  return OPEN_CODES.has(code) || !EVIDENCE_CODE.test(code) ? CANNOT_TELL : NOT_GENUINE;
}

// The verdict over all findings: one contradiction outweighs any number of doubts.
export function overall(findings) {
  for (const verdict of [NOT_GENUINE, CANNOT_TELL]) {
    if (findings.some((found) => found.verdict === verdict)) return verdict;
  }
  return GENUINE;
}

// The first fifty findings of each code and verdict, in order, and how many more there are.
export function shorten(findings) {
  const counted = new Map();
  const kept = [];
  for (const found of findings) {
    const kind = `${found.code} ${found.verdict}`;
    const seen = counted.get(kind) ?? { count: 0, last: null };
    seen.count += 1;
    if (seen.count <= SHOWN_PER_CODE) {
      kept.push(found);
      seen.last = found;
    }
    counted.set(kind, seen);
  }
  for (const { count, last } of counted.values()) {
    if (count > SHOWN_PER_CODE) {
      const more = `${count - SHOWN_PER_CODE} more findings of this kind`;
      kept.push(finding(last.step, last.code, "", more, last.verdict));
    }
  }
  return kept;
}

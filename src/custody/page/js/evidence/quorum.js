// Which sets of witnesses are enough: the witness, group and quorum lines of C2SP tlog-policy.
//
// Holds no signatures and checks none: it is asked which witnesses' lines were found good.

import { sameBytes } from "./encoding.js";
import { TrustError, attempt } from "./errors.js";
import { parseVerifierKey } from "./note.js";

const NONE = "none";
const POLICY_LINES = 128;
const SHORT_NAME = /^[A-Za-z0-9._-]{1,64}$/;
const THRESHOLD = /^[1-9][0-9]{0,2}$/;

// Reads the lines in order; a group may only name what stands above it. Returns {witnesses: Map of
// short name to key, groups: Map of name to {threshold, members}, quorum}. TrustError C503.
export function parsePolicy(lines) {
  if (lines.length > POLICY_LINES) throw refused("", `it has more than ${POLICY_LINES} lines`);
  const witnesses = new Map();
  const groups = new Map();
  const taken = new Set();
  let quorum = null;
  const defined = (name) => witnesses.has(name) || groups.has(name);
  for (const line of lines) {
    const [word, ...rest] = line.split(" ");
    if (word === "witness" && rest.length === 2) {
      const key = witnessKey(line, rest[1]);
      checkFresh(line, rest[0], defined);
      witnesses.set(rest[0], key);
    } else if (word === "group" && rest.length >= 3) {
      const [name, threshold, ...members] = rest;
      checkFresh(line, name, defined);
      if (new Set(members).size !== members.length || !members.every(defined)) {
        throw refused(line, "a member is listed twice or not defined above");
      }
      if (members.some((member) => taken.has(member))) {
        // A witness in two groups would count twice towards the quorum.
        throw refused(line, "a member already belongs to another group");
      }
      for (const member of members) taken.add(member);
      groups.set(name, { threshold: thresholdOf(line, threshold, members.length), members });
    } else if (word === "quorum" && rest.length === 1 && quorum === null) {
      [quorum] = rest;
      if (quorum !== NONE && !defined(quorum)) {
        throw refused(line, "it names neither a witness nor a group defined above");
      }
    } else {
      throw refused(line, "it is not a witness, group or (single) quorum line");
    }
  }
  if (quorum === null) throw refused("", "there is no quorum line");
  const keys = [...witnesses.values()].map((key) => key.publicKey);
  if (keys.some((key, at) => keys.slice(0, at).some((earlier) => sameBytes(earlier, key)))) {
    throw refused("", "one witness key is listed under two names");
  }
  return { witnesses, groups, quorum };
}

// Whether the witnesses with these short names are enough.
export function satisfied(policy, good) {
  return policy.quorum === NONE || met(policy, policy.quorum, new Set(good));
}

// True when nobody but the operator vouches for the view of the log.
export function singleOperator(policy) {
  return policy.quorum === NONE;
}

function met(policy, name, good) {
  if (policy.witnesses.has(name)) return good.has(name);
  const { threshold, members } = policy.groups.get(name);
  return members.filter((member) => met(policy, member, good)).length >= threshold;
}

function checkFresh(line, name, defined) {
  if (!SHORT_NAME.test(name) || name === NONE || defined(name)) {
    throw refused(line, "the name is not allowed or already used");
  }
}

function witnessKey(line, vkey) {
  const { value, refusal } = attempt(() => parseVerifierKey(vkey));
  if (refusal !== null) throw refused(line, refusal.detail);
  return value;
}

function thresholdOf(line, text, members) {
  if (text === "all") return members;
  if (text === "any") return 1;
  if (!THRESHOLD.test(text) || Number(text) > members) {
    throw refused(line, `the threshold is not any, all or a number up to ${members}`);
  }
  return Number(text);
}

function refused(line, detail) {
  return new TrustError("C503", detail + (line === "" ? "" : ` ('${line.slice(0, 60)}')`));
}

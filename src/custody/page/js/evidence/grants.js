// The bodies of authority and key events: their types, and readers that refuse any other shape.
//
// Says what an event grants, changes or revokes; not whether it was allowed to. Bodies may hold
// further fields, which are not read here.

import { hasExactly } from "./canonical.js";
import { HASH, compareTexts, unb64 } from "./encoding.js";
import { attempt, malformed } from "./errors.js";
import { STREAM_KINDS, TYPE_PATTERN, checkPublicKey, keyStream, kidOf } from "./names.js";
import { MEANINGS } from "./payload.js";

export const ESTABLISHED = "authority.established/v1";
export const POLICY = "policy.adopted/v1";
export const TRUST_ROOT = "trustroot.announced/v1";
export const GRANTED = "key.granted/v1";
export const ACCEPTED = "key.accepted/v1";
export const ROLES_CHANGED = "key.roles_changed/v1";
export const REVOKED = "key.revoked/v1";
const REAFFIRMED = "record.reaffirmed/v1";
const VOIDED = "record.voided/v1";

// Types whose signing rules are fixed in code, with the kind of stream they live in.
export const FIXED_TYPES = new Map([
  [ESTABLISHED, "authority"],
  [POLICY, "authority"],
  [TRUST_ROOT, "authority"],
  [GRANTED, "key"],
  [ACCEPTED, "key"],
  [ROLES_CHANGED, "key"],
  [REVOKED, "key"],
]);
// Statements about an earlier record; allowed in every stream, also in those two kinds.
export const RECORD_TYPES = new Set([REAFFIRMED, VOIDED, "record.corrected/v1"]);
// What gives a key something; to stand by a grant that nobody believes is to give it again.
export const GIVING = new Set([GRANTED, ROLES_CHANGED, REAFFIRMED]);

export const KEY_FORM = "granted key";

const REASONS = new Set(["superseded", "left", "compromised"]);
const ROLE = /^[a-z_]{1,40}$/;
const PERSON = /^[0-9a-f]{32}$/;
const ANNOUNCED = /^[0-9a-f]{64}$/;
// Roles that come from the trust file or from holding the key itself; nobody can hand them out.
const RESERVED = new Set(["root", "holder"]);
const RULE_KEYS = new Set(["type", "allowed", "minimum", "distinct_person"]);
const PAIR_KEYS = new Set(["meaning", "role"]);

// Body of key.granted: {publicKey, person, roles, scope}. C401; `what` is KEY_FORM when the key
// itself is unfit.
export function grantOf(payload) {
  const publicKey = grantedPublicKey(payload);
  const { person } = payload.body;
  if (typeof person !== "string" || !PERSON.test(person)) {
    throw malformed("grant", "the person is not named by 32 hex digits");
  }
  return { publicKey, person, ...rolesAndScope(payload) };
}

// The Ed25519 key of key.granted, checked against the name of its stream.
export function grantedPublicKey(payload) {
  const { alg, pub } = payload.body;
  if (alg !== "ed25519") throw malformed(KEY_FORM, "the algorithm is not ed25519");
  if (typeof pub !== "string") throw malformed(KEY_FORM, "the public key is missing");
  const { value: publicKey, refusal } = attempt(() => usableKey(pub));
  if (refusal !== null) throw malformed(KEY_FORM, refusal.detail);
  if (payload.stream !== keyStream(kidOf(publicKey))) {
    throw malformed(KEY_FORM, "the public key is not the one the stream is named after");
  }
  return publicKey;
}

function usableKey(text) {
  const publicKey = unb64(text, HASH);
  checkPublicKey(publicKey);
  return publicKey;
}

// `roles` and `scope` of a body as sets: sorted, unique, known; C401 when they are not.
export function rolesAndScope(payload) {
  const roles = sortedTexts(payload.body.roles, "roles");
  if (roles.some((role) => !ROLE.test(role) || RESERVED.has(role))) {
    throw malformed("grant", "a role is not a name that can be granted");
  }
  const scope = sortedTexts(payload.body.scope, "scope");
  const everything = scope.length === 1 && scope[0] === "*";
  if (!everything && scope.some((kind) => !STREAM_KINDS.has(kind))) {
    throw malformed("grant", "the scope is neither * nor a list of stream kinds");
  }
  return { roles: new Set(roles), scope: new Set(scope) };
}

// Body of key.revoked: {reason, distrustFrom}, a log index or -1; null when it has another shape.
export function revocationOf(payload) {
  const { reason, distrust_from: mark } = payload.body;
  if (!REASONS.has(reason) || typeof mark !== "number" || mark < -1) return null;
  if (mark >= 0 && reason !== "compromised") return null;
  return { reason, distrustFrom: mark };
}

// The leaf (base64) of the record that an event says is true after all, or is void; null when it
// says neither. What happened to a key is never void, only reaffirmed.
export function answeredBy(payload) {
  const { type, stream, body } = payload;
  let leaf = null;
  if (type === REAFFIRMED) leaf = body.leaf;
  else if (type === VOIDED && !stream.startsWith("key:")) leaf = body.voids;
  return typeof leaf === "string" ? leaf : null;
}

// Body of trustroot.announced: {version, fingerprint}; null when it has another shape.
export function announcementOf(payload) {
  const { version, sha256: fingerprint } = payload.body;
  if (typeof version !== "number") return null;
  if (typeof fingerprint !== "string" || !ANNOUNCED.test(fingerprint)) return null;
  return { version, fingerprint };
}

// Body of policy.adopted as a Map of event type to {allowed: Set of "meaning role", minimum,
// distinctPerson}; C401 when a rule is incomplete, out of order, or about a fixed type.
export function policyRules(payload) {
  const rows = payload.body.rules;
  if (!Array.isArray(rows)) throw malformed("policy", "it has no list of rules");
  const rules = new Map();
  let last = "";
  for (const row of rows) {
    const rule = policyRule(row);
    if (rule.type <= last) {
      throw malformed("policy", "the rules are not sorted by type, or one is repeated");
    }
    if (FIXED_TYPES.has(rule.type)) {
      throw malformed("policy", `the rule for ${rule.type} is fixed and cannot be set`);
    }
    rules.set(rule.type, rule);
    last = rule.type;
  }
  return rules;
}

function policyRule(row) {
  if (!hasExactly(row, RULE_KEYS)) {
    throw malformed("policy", "a rule has type, allowed, minimum and distinct_person");
  }
  const { type, minimum, distinct_person: distinctPerson, allowed } = row;
  if (typeof type !== "string" || !TYPE_PATTERN.test(type)) {
    throw malformed("policy", "a rule names no event type");
  }
  if (typeof minimum !== "number" || minimum < 1 || minimum > 4) {
    throw malformed("policy", `${type} needs between one and four signatures`);
  }
  if (typeof distinctPerson !== "boolean") {
    throw malformed("policy", `${type} does not say whether persons must differ`);
  }
  if (!Array.isArray(allowed) || allowed.length === 0) {
    throw malformed("policy", `${type} could be signed by nobody`);
  }
  const pairs = allowed.map((pair) => allowedPair(pair, type));
  return { type, allowed: new Set(pairs), minimum, distinctPerson };
}

function allowedPair(pair, type) {
  if (!hasExactly(pair, PAIR_KEYS)) {
    throw malformed("policy", `${type} allows pairs of meaning and role only`);
  }
  if (!MEANINGS.has(pair.meaning)) {
    throw malformed("policy", `${type} allows a meaning that does not exist`);
  }
  if (typeof pair.role !== "string" || !ROLE.test(pair.role)) {
    throw malformed("policy", `${type} allows a role that does not exist`);
  }
  return meaningAndRole(pair);
}

// Neither word can hold a space, so joining is unambiguous.
export function meaningAndRole({ meaning, role }) {
  return `${meaning} ${role}`;
}

function sortedTexts(value, what) {
  if (!Array.isArray(value)) throw malformed("grant", `${what} is not a list`);
  const sorted = value.every(
    (text, at) =>
      typeof text === "string" && (at === 0 || compareTexts(value[at - 1], text) < 0),
  );
  if (value.length === 0 || !sorted) {
    throw malformed("grant", `${what} is empty, not sorted, or repeats itself`);
  }
  return value;
}

// Step V5: every signature is by the key it names, and every granted key is safe to use.
//
// Public keys come from the pinned roots and from the record itself: a key id is the hash of its
// key, so no one can pass off another key under it. Whether a key may sign is a later step.

import { verifyEd25519 } from "./crypto.js";
import { pae } from "./entry.js";
import { attempt } from "./errors.js";
import { finding } from "./findings.js";
import { GRANTED, grantedPublicKey } from "./grants.js";
import { kidOf } from "./names.js";

const AT_ONCE = 128; // signatures handed to the browser's threads together

// Keys of roots and grants as {keys: Map of kid to key, findings}; E20 for keys that are unfit.
export function grantedKeys(events, roots) {
  const keys = new Map(roots);
  const findings = [];
  for (const { entry } of events) {
    const { payload } = entry;
    if (payload.type !== GRANTED) continue;
    const { value: publicKey, refusal } = attempt(() => grantedPublicKey(payload));
    if (refusal === null) {
      keys.set(kidOf(publicKey), publicKey);
    } else {
      findings.push(finding("V5", "E20", payload.stream, refusal.detail));
    }
  }
  return { keys, findings };
}

// Verifies every signature of every event (E19); a key that nobody granted verifies nothing.
// `pace` is told how many events are done and lets the page breathe.
export async function checkSignatures(events, keys, pace) {
  const findings = [];
  for (let start = 0; start < events.length; start += AT_ONCE) {
    const part = events.slice(start, start + AT_ONCE);
    for (const found of await Promise.all(part.map((event) => checkEvent(event, keys)))) {
      findings.push(...found);
    }
    await pace.step("V5", start + part.length, events.length);
  }
  return findings;
}

async function checkEvent({ index, entry }, keys) {
  const signed = pae(entry.payloadBytes);
  const findings = [];
  for (const [kid, signature] of entry.signatures) {
    const publicKey = keys.get(kid);
    const short = kid.slice(0, 8);
    if (publicKey === undefined) {
      const detail = `no public key ${short} was granted in this record`;
      findings.push(finding("V5", "E19", `event ${index}`, detail));
    } else if (!(await verifyEd25519(publicKey, signature, signed))) {
      const detail = `the signature of key ${short} is false`;
      findings.push(finding("V5", "E19", `event ${index}`, detail));
    }
  }
  return findings;
}

// Has the ledger announced a trust file that the verifier does not have yet?
//
// The roots of the pinned trust file say so themselves, in the authority stream. Whatever follows
// may be signed by keys that only the newer file names, so nothing after it can be judged with the
// old one. Only a genuine announcement counts; a false one is left to the steps that judge it.

import { verifyEd25519 } from "./crypto.js";
import { pae } from "./entry.js";
import { CANNOT_TELL, finding } from "./findings.js";
import { TRUST_ROOT, announcementOf } from "./grants.js";
import { AUTHORITY } from "./names.js";

// E02, cannot tell, when the pinned roots announced a later trust file.
export async function newerTrust(events, trust) {
  let newest = trust.version;
  for (const { entry } of events) {
    const { payload } = entry;
    if (payload.stream !== AUTHORITY || payload.type !== TRUST_ROOT) continue;
    const said = announcementOf(payload);
    if (said !== null && said.version > newest && (await signedByRoots(entry, trust))) {
      newest = said.version;
    }
  }
  if (newest === trust.version) return [];
  const detail = `the ledger announced version ${newest}; the trust file given is ${trust.version}`;
  return [finding("V4", "E02", "trust file", detail, CANNOT_TELL)];
}

// Whether enough roots of the pinned file signed it, truly.
async function signedByRoots(entry, trust) {
  const signed = pae(entry.payloadBytes);
  let good = 0;
  for (const [kid, signature] of entry.signatures) {
    const publicKey = trust.roots.get(kid);
    if (publicKey !== undefined && (await verifyEd25519(publicKey, signature, signed))) good += 1;
  }
  return good >= trust.rootThreshold;
}

// Are the trust files at hand those that the acts of root keys can be judged with?
//
// The roots of the pinned trust file announce the next one themselves, in the authority stream.
// Whatever follows may be signed by keys that only the newer file names; whatever lies before the
// oldest file at hand was announced may be signed by keys that only an earlier file names. Only a
// genuine announcement counts; a false one is left to the steps that judge it.

import { verifyEd25519 } from "./crypto.js";
import { pae } from "./entry.js";
import { CANNOT_TELL, finding } from "./findings.js";
import { FIXED_TYPES, TRUST_ROOT, announcementOf } from "./grants.js";
import { ROOT } from "./judgement.js";
import { AUTHORITY } from "./names.js";
import { everyRoot } from "./trust.js";

// E02, cannot tell, when another trust file than those at hand is needed.
export async function wrongTrust(events, trust) {
  const newer = await newerTrust(events, trust);
  return newer.length > 0 ? newer : olderTrust(events, trust);
}

// E02, cannot tell, when the pinned roots announced a later trust file.
async function newerTrust(events, trust) {
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

// E02, cannot tell, when roots acted whom only an earlier trust file can explain.
function olderTrust(events, trust) {
  const oldest = [...trust.earlier, trust][0];
  if (oldest.version === 1) return [];
  const known = everyRoot(trust);
  for (const { entry } of events) {
    const { payload } = entry;
    const signed = payload.signers.filter((signer) => signer.role === ROOT);
    const roots = new Set(signed.map((signer) => signer.kid));
    if (!FIXED_TYPES.has(payload.type) || roots.size === 0) continue;
    if (roots.size < oldest.rootThreshold || [...roots].some((kid) => !known.has(kid))) {
      const detail = `root keys acted that only a trust file before version ${oldest.version} names`;
      return [finding("V4", "E02", "trust file", detail, CANNOT_TELL)];
    }
    const said = announcementOf(payload);
    if (said?.version === oldest.version && said.fingerprint === oldest.fingerprint) break;
  }
  return [];
}

// A note (E02) when the pinned trust file is not yet in force in this record: until the ledger
// announces it, the root keys of the file before it decide. `events` are all authorised.
export function notAnnounced(events, trust) {
  const said = new Set();
  for (const { entry } of events) {
    const found = entry.payload.type === TRUST_ROOT ? announcementOf(entry.payload) : null;
    if (found) said.add(`${found.version} ${found.fingerprint}`);
  }
  const chain = [...trust.earlier, trust];
  for (let at = 1; at < chain.length; at += 1) {
    const file = chain[at];
    if (said.has(`${file.version} ${file.fingerprint}`)) continue;
    const detail =
      `version ${file.version} is not announced in this record; the root keys of version ` +
      `${chain[at - 1].version} are in force`;
    return [finding("V6", "E02", "trust file", detail)];
  }
  return [];
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

// The keys, roles and policy in force at one place in the log: what a judgement is based on.
//
// State and how authority events change it; it judges nothing.

import { attempt } from "./errors.js";
import {
  ACCEPTED,
  ESTABLISHED,
  FIXED_TYPES,
  GRANTED,
  POLICY,
  REVOKED,
  ROLES_CHANGED,
  TRUST_ROOT,
  announcementOf,
  answeredBy,
  grantOf,
  policyRules,
  revocationOf,
  rolesAndScope,
} from "./grants.js";
import { afterColon } from "./names.js";

// A key is {kid, publicKey, person, roles, scope, granted, accepted, revoked}; the last three are
// log indices, null for not yet.
export class Standing {
  constructor(roots, threshold, following = []) {
    this.roots = roots;
    this.threshold = threshold;
    this.following = following; // trust files still to be announced, the next one first
    this.keys = new Map();
    this.policy = new Map();
    this.established = false;
    this.distrusted = new Map(); // kid -> log index from which its signatures do not count
    this.answered = new Map(); // "stream leaf" -> kids of who says it is true after all, or void
    this.persons = new Map(); // kid -> person, also of keys granted later
  }

  // Begins with the oldest trust file at hand; the later ones count once they are announced. From
  // the event after its announcement the roots of the next file count, and the earlier no longer.
  static under(trust) {
    const [first, ...following] = [...trust.earlier, trust];
    return new Standing(first.roots, first.rootThreshold, following);
  }

  personOf(kid) {
    return this.keys.get(kid)?.person ?? null;
  }

  answerers(stream, leaf64) {
    return this.answered.get(`${stream} ${leaf64}`) ?? new Set();
  }

  // First pass over a whole history: a revocation reaches back, so it must be known before the
  // events it concerns are judged.
  collectDistrust(events) {
    for (const { entry } of events) {
      const { payload } = entry;
      const leaf = answeredBy(payload);
      if (payload.type === REVOKED) {
        const revoked = revocationOf(payload);
        if (revoked !== null && revoked.distrustFrom >= 0) {
          const kid = afterColon(payload.stream);
          const earlier = this.distrusted.get(kid) ?? revoked.distrustFrom;
          this.distrusted.set(kid, Math.min(earlier, revoked.distrustFrom));
        }
      } else if (leaf !== null) {
        const place = `${payload.stream} ${leaf}`;
        const kids = this.answered.get(place) ?? new Set();
        for (const signer of payload.signers) kids.add(signer.kid);
        this.answered.set(place, kids);
      } else if (payload.type === GRANTED) {
        const { person } = payload.body;
        if (typeof person === "string") this.persons.set(afterColon(payload.stream), person);
      }
    }
  }

  // Takes an authorised event into account; types that are not about authority are ignored. A body
  // of the wrong shape is reported by the judgement; applied or not, it grants nothing.
  apply(index, payload) {
    if (!FIXED_TYPES.has(payload.type)) return;
    attempt(() => this.change(index, payload));
  }

  // The next trust file comes into force, when it is the one announced.
  succeed(said) {
    const [file] = this.following;
    if (file === undefined || said === null) return;
    if (said.version !== file.version || said.fingerprint !== file.fingerprint) return;
    this.roots = file.roots;
    this.threshold = file.rootThreshold;
    this.following = this.following.slice(1);
  }

  change(index, payload) {
    if (payload.type === ESTABLISHED) this.established = true;
    else if (payload.type === POLICY) this.policy = policyRules(payload);
    else if (payload.type === TRUST_ROOT) this.succeed(announcementOf(payload));
    if (!payload.stream.startsWith("key:")) return;
    const kid = afterColon(payload.stream);
    const known = this.keys.get(kid);
    if (payload.type === GRANTED) {
      const grant = grantOf(payload);
      this.persons.set(kid, grant.person);
      this.keys.set(kid, { kid, ...grant, granted: index, accepted: null, revoked: null });
    } else if (known === undefined) {
      // An event about a key that was never granted changes nothing.
    } else if (payload.type === ACCEPTED) {
      this.keys.set(kid, { ...known, accepted: index });
    } else if (payload.type === ROLES_CHANGED) {
      this.keys.set(kid, { ...known, ...rolesAndScope(payload) });
    } else if (payload.type === REVOKED) {
      this.keys.set(kid, { ...known, revoked: index });
    }
  }
}

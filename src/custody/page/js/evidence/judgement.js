// Judging one event by log index: is every signer allowed to sign this, here, now?
//
// The rules for authority and key events are fixed in this file; all other types follow the policy
// in force. Signatures are not checked here, nor anything about the meaning of an event's body.

import { attempt } from "./errors.js";
import { finding } from "./findings.js";
import {
  ACCEPTED,
  ESTABLISHED,
  FIXED_TYPES,
  GIVING,
  GRANTED,
  KEY_FORM,
  POLICY,
  RECORD_TYPES,
  REVOKED,
  ROLES_CHANGED,
  TRUST_ROOT,
  announcementOf,
  grantOf,
  meaningAndRole,
  policyRules,
  revocationOf,
  rolesAndScope,
} from "./grants.js";
import { afterColon, streamKind } from "./names.js";

const APPROVED = "approved";
export const ROOT = "root";
const REGISTRAR = "registrar";
const HOLDER = "holder";
// Meanings that promise a second pair of eyes: never given by the person who also signs otherwise.
const SECOND_PERSON = new Set(["witnessed", "verified", "reviewed"]);

// What forbids an event at `index` under `law` (a Standing): findings of V6.
export function judgeEvent(law, index, entry) {
  return new Case(law, index, entry).judge();
}

// One event under judgement: collects findings and changes nothing.
class Case {
  constructor(law, index, entry) {
    this.law = law;
    this.index = index;
    this.payload = entry.payload;
    this.leaf64 = entry.leaf64;
    this.findings = [];
  }

  found(code, detail) {
    this.findings.push(finding("V6", code, `event ${this.index}`, detail));
  }

  judge() {
    const { type, stream } = this.payload;
    const kind = streamKind(stream);
    if (type === ACCEPTED) this.acceptance();
    else if (FIXED_TYPES.has(type) || kind === "authority" || kind === "key") this.fixed(kind);
    else this.policyInForce(kind);
    return this.findings;
  }

  // -- types whose rules are fixed here, never by policy --

  fixed(kind) {
    const { type } = this.payload;
    if (FIXED_TYPES.get(type) !== kind && !RECORD_TYPES.has(type)) {
      this.found("E21", `${type} does not belong in a stream of kind ${kind}`);
    } else if (kind === "authority") {
      this.authorityStream();
    } else {
      this.keyStream();
    }
  }

  authorityStream() {
    const { type, seq } = this.payload;
    const first = seq === 0;
    if (first !== (type === ESTABLISHED) || (first && this.law.established)) {
      this.found("E21", "an authority is established by its first event, and only once");
    }
    if (type === POLICY) this.shape(() => policyRules(this.payload));
    else if (type === TRUST_ROOT) this.announcement();
    this.byRoots();
  }

  // A ledger may announce only the trust file that the pinned one goes back to.
  announcement() {
    const said = announcementOf(this.payload);
    if (said === null) {
      this.found("E12", "the announcement does not give a version and a SHA-256");
      return;
    }
    const [file] = this.law.following;
    if (file !== undefined && said.version === file.version) {
      if (said.fingerprint !== file.fingerprint) {
        this.found("E21", `another trust file of version ${said.version} is announced`);
      }
    }
  }

  keyStream() {
    const { law, payload } = this;
    const kid = afterColon(payload.stream);
    const known = law.keys.get(kid);
    if (law.roots.has(kid)) {
      this.found("E21", "a root key takes no other part in the record");
      return;
    }
    const roles = new Set(known?.roles);
    let person = known?.person ?? null;
    if (payload.type === GRANTED) {
      if (known !== undefined || payload.seq !== 0) {
        this.found("E21", "a key is granted by the first event of its stream, once");
      }
      const grant = this.shape(() => grantOf(payload));
      if (grant !== null) {
        for (const role of grant.roles) roles.add(role);
        person = grant.person;
      }
    } else if (known === undefined) {
      this.found("E21", "the key was never granted");
    } else if (known.revoked !== null && FIXED_TYPES.has(payload.type)) {
      this.found("E22", "the key was revoked before; a revocation is final");
    } else if (payload.type === ROLES_CHANGED) {
      const changed = this.shape(() => rolesAndScope(payload));
      for (const role of changed?.roles ?? []) roles.add(role);
    } else if (payload.type === REVOKED) {
      this.revocation();
    }
    if (roles.has(REGISTRAR)) this.byRoots();
    else this.byRegistrar(kid, person);
  }

  revocation() {
    const revoked = revocationOf(this.payload);
    if (revoked === null) {
      this.found("E12", "the revocation does not give a reason and a place in the log");
    } else if (revoked.distrustFrom > this.index) {
      this.found("E12", "a key cannot be distrusted from a place that is still to come");
    }
  }

  // What `read` reads of a body; null, and reported, when its shape is wrong.
  shape(read) {
    const { value, refusal } = attempt(read);
    if (refusal !== null) this.found(refusal.what === KEY_FORM ? "E20" : "E12", refusal.detail);
    return value;
  }

  // Every signer a root with role root, and enough of them.
  byRoots() {
    const { signers, type } = this.payload;
    for (const signer of signers) {
      if (!this.law.roots.has(signer.kid)) {
        this.found("E21", `only root keys may sign ${type} here`);
      } else if (signer.meaning !== APPROVED || signer.role !== ROOT) {
        this.found("E21", "a root key signs with role root and meaning approved");
      }
    }
    if (new Set(signers.map((signer) => signer.kid)).size < this.law.threshold) {
      const detail = `${this.law.threshold} root keys must agree, ${signers.length} did`;
      this.found("E23", detail);
    }
  }

  // Every signer a registrar in good standing who gives nothing to himself.
  byRegistrar(holder, person) {
    const { signers, type } = this.payload;
    for (const signer of signers) {
      if (signer.meaning !== APPROVED || signer.role !== REGISTRAR) {
        this.found("E21", "keys are granted with role registrar and meaning approved");
        continue;
      }
      if (!this.standing(signer)) continue;
      const own = signer.kid === holder || this.law.personOf(signer.kid) === person;
      if (GIVING.has(type) && own) {
        this.found("E21", "nobody grants a key or role to themselves");
      }
    }
    this.distinctPersons(false);
  }

  // The key's own signature: its holder has it and takes responsibility for it.
  acceptance() {
    const { payload } = this;
    if (!payload.stream.startsWith("key:")) {
      this.found("E21", "a key is accepted in its own stream");
      return;
    }
    const kid = afterColon(payload.stream);
    const known = this.law.keys.get(kid);
    const [signer] = payload.signers;
    const alone = payload.signers.length === 1 && signer.kid === kid;
    if (!alone || signer.meaning !== APPROVED || signer.role !== HOLDER) {
      this.found("E21", "a key is accepted by its holder alone, role holder");
    }
    if (known === undefined) {
      this.found("E21", "the key was never granted");
    } else if (known.revoked !== null) {
      this.found("E22", "the key was revoked before it was accepted");
    } else if (known.accepted !== null) {
      this.found("E21", "the key was accepted before");
    }
  }

  // -- everything else: the policy in force --

  policyInForce(kind) {
    const { type, signers } = this.payload;
    const rule = this.law.policy.get(type);
    if (rule === undefined) this.found("E21", `the policy in force has no rule for ${type}`);
    for (const signer of signers) {
      if (!this.standing(signer)) continue;
      const { scope } = this.law.keys.get(signer.kid);
      if (!scope.has("*") && !scope.has(kind)) {
        const detail = `the key of role ${signer.role} is not for streams of kind ${kind}`;
        this.found("E21", detail);
      }
      if (rule !== undefined && !rule.allowed.has(meaningAndRole(signer))) {
        this.found("E21", `role ${signer.role} may not sign ${type} as ${signer.meaning}`);
      }
    }
    if (rule !== undefined && signers.length < rule.minimum) {
      this.found("E23", `${type} needs ${rule.minimum} signatures`);
    }
    this.distinctPersons(rule !== undefined && rule.distinctPerson);
  }

  // Key known, accepted, not revoked nor distrusted, role held; reports the first defect.
  standing(signer) {
    const known = this.law.keys.get(signer.kid);
    const short = signer.kid.slice(0, 8);
    if (known === undefined) {
      this.found("E21", `no key ${short} was granted before this event`);
    } else if (known.revoked !== null) {
      this.found("E22", `key ${short} was revoked at event ${known.revoked}`);
    } else if (known.accepted === null) {
      this.found("E21", `key ${short} was not yet accepted by its holder`);
    } else if (this.distrusted(signer.kid)) {
      this.found("E22", `key ${short} was compromised when this was signed`);
    } else if (!known.roles.has(signer.role)) {
      this.found("E21", `key ${short} does not hold the role ${signer.role}`);
    } else {
      return true;
    }
    return false;
  }

  distrusted(kid) {
    const { distrusted, persons } = this.law;
    const mark = distrusted.get(kid);
    if (mark === undefined || this.index < mark) return false;
    const person = persons.get(kid);
    // What reaffirms or voids it is judged on its own; here it only has to come from someone else.
    // A void record convicts nobody: it is left out of the story, and told of.
    const others = [...this.law.answerers(this.payload.stream, this.leaf64)];
    return !others.some((other) => other !== kid && (persons.get(other) ?? other) !== person);
  }

  // Two persons are two persons, however many keys one of them has.
  distinctPersons(always) {
    const seen = new Map();
    for (const { kid, meaning } of this.payload.signers) {
      const person = this.law.personOf(kid);
      const before = seen.get(person);
      if (person === null || before === undefined) {
        seen.set(person, meaning);
      } else if (always || SECOND_PERSON.has(before) || SECOND_PERSON.has(meaning)) {
        this.found("E23", `one person signed twice, as ${before} and as ${meaning}`);
      }
    }
  }
}

// Step V2: is this the ledger the trust file means, vouched for, continued and fresh?
//
// Checks signatures and times of the checkpoint and its relation to checkpoints known before.
// Whether anything is in the log is for later steps.

import { lineBy, linesBy, parseCheckpoint, verifyLine } from "./checkpoint.js";
import { FALSE, HOLDS, ed25519Works } from "./crypto.js";
import { sameBytes } from "./encoding.js";
import { attempt } from "./errors.js";
import { CANNOT_TELL, NOT_GENUINE, finding } from "./findings.js";
import { verifyConsistency } from "./merkle.js";
import { satisfied } from "./quorum.js";
import { parseSeal } from "./seal.js";

// Findings about age say nothing about the bytes, so the later steps still run and still count.
export const AGE_CODES = new Set(["E09", "E10"]);

const HOUR = 3_600; // seconds

// Runs V2. `now` in Unix seconds; `archive`: an old record is looked at on purpose, so age becomes
// a note; `memory`: largest {size, root} of this ledger seen before, or null; `pin`: hex SHA-256
// the trust file must have, or null. Returns {findings, notes, checkpoint, witnesses, auditors}.
export async function checkLog(bundle, trust, { now, archive, memory, pin }) {
  const view = new LogView();
  if (pin !== null && pin !== trust.fingerprint) {
    view.found("E02", "trust file", "its SHA-256 is not the pinned one");
  }
  const { value: checkpoint, refusal } = attempt(() => parseCheckpoint(bundle.checkpoint));
  if (refusal !== null) {
    view.found("E03", "checkpoint", refusal.detail);
    return view;
  }
  if (checkpoint.origin !== trust.origin) {
    const detail = `it is of ledger ${checkpoint.origin}, the trust file of ${trust.origin}`;
    view.found("E03", "checkpoint", detail, CANNOT_TELL);
    return view;
  }
  if (!(await ed25519Works())) {
    const detail = "this browser cannot check Ed25519 signatures";
    view.found("E04", "checkpoint", detail, CANNOT_TELL);
    return view;
  }
  view.checkpoint = checkpoint;
  for (const key of [...trust.logKeys, ...trust.policy.witnesses.values(), ...trust.auditors]) {
    if (linesBy(checkpoint, key) > 1) {
      view.found("E03", "checkpoint", `${key.name} signs it twice with one key`);
    }
  }
  const times = new Map();
  await checkLogLines(view, trust, times);
  await checkCosigners(view, trust, times);
  checkHistory(view, bundle, trust, memory, archive);
  checkAge(view, bundle, trust, now, times, archive);
  return view;
}

class LogView {
  constructor() {
    this.findings = [];
    this.notes = [];
    this.checkpoint = null;
    this.witnesses = [];
    this.auditors = [];
  }

  found(code, where, detail, judged = null) {
    this.findings.push(finding("V2", code, where, detail, judged));
  }
}

// Both of the ledger's own signatures must hold: one alone is a downgrade.
async function checkLogLines(view, trust, times) {
  const { checkpoint } = view;
  const lines = trust.logKeys.map((key) => lineBy(checkpoint, key));
  if (lines.every((line) => line === null)) {
    const detail = "no line is by a key of this ledger that the trust file knows";
    view.found("E04", "checkpoint", detail, CANNOT_TELL);
    return;
  }
  for (const [at, name] of ["Ed25519", "ML-DSA-44"].entries()) {
    if (lines[at] === null) {
      view.found("E04", "checkpoint", `the ledger's ${name} signature is missing`);
      continue;
    }
    const { answer, time } = await verifyLine(trust.logKeys[at], checkpoint, lines[at]);
    if (answer === FALSE) {
      view.found("E04", "checkpoint", `the ledger's ${name} signature is false`);
    } else if (answer !== HOLDS) {
      view.found("E04", "checkpoint", disagreement(trust.origin), CANNOT_TELL);
    } else if (time > 0) {
      times.set("the ledger", time);
    }
  }
}

async function checkCosigners(view, trust, times) {
  const { checkpoint } = view;

  async function good(named) {
    const names = [];
    for (const [name, key] of named) {
      const line = lineBy(checkpoint, key);
      if (line === null) continue;
      const { answer, time } = await verifyLine(key, checkpoint, line);
      if (answer === FALSE) {
        const detail = `the signature of ${key.name} is false`;
        view.found("E05", "checkpoint", detail, NOT_GENUINE);
      } else if (answer !== HOLDS) {
        view.found("E05", "checkpoint", disagreement(key.name), CANNOT_TELL);
      } else {
        names.push(name);
        times.set(key.name, time);
      }
    }
    return names;
  }

  view.witnesses = await good(trust.policy.witnesses);
  view.auditors = await good(trust.auditors.map((key) => [`${key.name}+${key.keyid}`, key]));
  if (!satisfied(trust.policy, view.witnesses)) {
    const count = view.witnesses.length;
    const detail = `${count} known witnesses signed it, which is not enough`;
    view.found("E05", "checkpoint", detail);
  }
}

function disagreement(name) {
  return `this browser and this page disagree about the ML-DSA-44 signature of ${name}`;
}

// The ledger must continue every checkpoint of it that is already trusted.
function checkHistory(view, bundle, trust, memory, archive) {
  const here = view.checkpoint;
  const sources = [
    ["the trust file", trust.known],
    ["an earlier check", memory],
  ];
  for (const [label, pinned] of sources) {
    if (pinned === null || pinned.size === 0) continue;
    const proof = bundle.consistency.get(pinned.size);
    if (pinned.size === here.size) {
      if (!sameBytes(pinned.root, here.root)) {
        view.found("E07", "checkpoint", `${label} knows another ledger of this size`);
      }
    } else if (pinned.size > here.size && !archive) {
      view.found("E06", "checkpoint", `${label} knows a later state of this ledger`);
    } else if (proof === undefined) {
      const detail = `there is no proof that it continues the state ${label} knows`;
      view.found("E06", "checkpoint", detail);
    } else {
      const [older, newer] = pinned.size < here.size ? [pinned, here] : [here, pinned];
      if (!verifyConsistency(older.size, newer.size, proof, older.root, newer.root)) {
        const detail = `the proof that it continues the state ${label} knows is false`;
        view.found("E06", "checkpoint", detail, NOT_GENUINE);
      }
    }
  }
}

// The seal's time is the "as of"; V3 proves the seal itself. A fresh co-signature on an old tree
// proves nothing about the time in between.
function checkAge(view, bundle, trust, now, times, archive) {
  const { value: seal } = attempt(() => parseSeal(bundle.seal));
  if (seal === null) return; // V3 says why
  const sealTime = seal.time;
  if (now - sealTime > trust.maxAge) {
    const hours = Math.floor((now - sealTime) / HOUR);
    const old = finding("V2", "E09", "seal", `it is ${hours} hours old`);
    (archive ? view.notes : view.findings).push(old);
  }
  for (const [who, time] of new Map([["the seal", sealTime], ...times])) {
    if (time > now + trust.maxSkew) {
      view.found("E10", "checkpoint", `the time of ${who} lies in the future`);
    } else if (time < sealTime - trust.maxSkew) {
      view.found("E10", "checkpoint", `the time of ${who} lies before the seal`);
    }
  }
}

// The numbered verification of a custody bundle, steps V1 to V8.
//
// Bytes, a trust file and a clock go in; a report comes out, whatever the bytes. The states of V7
// and the custody story of V9 need to know what events mean and are added over the events proved
// here.
//
//     V1  parse within limits                    V5  signatures
//     V2  trust, ledger, checkpoint, age         V6  who may sign, at that index
//     V3  seal and inclusion of every event      V7  times
//     V4  streams: whole, complete, closed       V8  disclosures and documents

import { parseBundle } from "./bundle.js";
import { isObject, loads } from "./canonical.js";
import { checkDisclosures } from "./disclosure.js";
import { checkAttachments, referenced } from "./documents.js";
import { unb64 } from "./encoding.js";
import { encodedPayload, parseEntry } from "./entry.js";
import { EvidenceError, attempt } from "./errors.js";
import { CANNOT_TELL, FAILED, NOT_RUN, PASSED, finding, shorten } from "./findings.js";
import { FIXED_TYPES } from "./grants.js";
import { judgeEvent } from "./judgement.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { PAYLOAD_LIMIT, parsePayload } from "./payload.js";
import { singleOperator } from "./quorum.js";
import { notAnnounced, wrongTrust } from "./root_history.js";
import { parseSeal } from "./seal.js";
import { checkSignatures, grantedKeys } from "./signatures.js";
import { Standing } from "./standing.js";
import { checkTimes } from "./times.js";
import { everyRoot } from "./trust.js";
import { AGE_CODES, checkLog } from "./verify_log.js";
import { checkStreams } from "./verify_streams.js";

const TITLES = new Map([
  ["V1", "file"],
  ["V2", "ledger and checkpoint"],
  ["V3", "seal and inclusion"],
  ["V4", "completeness"],
  ["V5", "signatures"],
  ["V6", "authority"],
  ["V7", "times"],
  ["V8", "disclosures and documents"],
]);

// The steps so far; a failed step stops the later ones, unless it only concerns age.
class Steps {
  constructor() {
    this.done = [];
    this.stopped = false;
  }

  // Closes a step; true when the next one may run.
  end(id, findings) {
    const status = findings.length > 0 ? FAILED : PASSED;
    this.done.push({ id, title: TITLES.get(id), status, findings: shorten(findings) });
    if (findings.some((found) => !AGE_CODES.has(found.code))) this.stopped = true;
    return !this.stopped;
  }

  // Every step; those not reached are marked so.
  all() {
    const rest = [...TITLES].slice(this.done.length);
    const missing = rest.map(([id, title]) => ({ id, title, status: NOT_RUN, findings: [] }));
    return [...this.done, ...missing];
  }
}

// Verifies the bundle `raw` under a parsed trust file; never throws because of `raw`.
//
// options: {now, archive, memory, pin} as in `checkLog`; `attachments`: Map of SHA-256 in hex to
// content; `facts`: {knownType, aliasFields, privateFields}, functions of an event type.
// Returns {steps, trust, level, asOf, origin, shipment, size, root, singleOperator, witnesses,
// auditors, notes, events, streams, signatures, proved, disclosures, shown, missing, timestamps}.
// `proved` are {index, entry} in index order, empty unless V1 to V6 passed (age aside).
export async function verifyEvidence(raw, trust, options, facts, pace) {
  const steps = new Steps();
  const report = {
    steps: [],
    trust: trust.fingerprint,
    level: null,
    asOf: null,
    origin: "",
    shipment: "",
    size: null,
    root: null,
    singleOperator: false,
    witnesses: [],
    auditors: [],
    notes: [],
    events: 0,
    streams: 0,
    signatures: 0,
    proved: [],
    disclosures: new Map(),
    shown: new Map(),
    missing: [],
    timestamps: 0,
  };
  await runSteps(raw, trust, options, facts, pace, steps, report);
  report.steps = steps.all();
  return report;
}

async function runSteps(raw, trust, options, facts, pace, steps, report) {
  // V1  parse within limits
  const { bundle, findings: unread } = await openBundle(raw, pace);
  if (!steps.end("V1", unread)) return;
  await pace.step("V1");
  report.shipment = bundle.shipment;
  report.streams = bundle.streams.length;
  report.events = bundle.events.length;
  report.timestamps = bundle.timestamps.length;

  // V2  trust file, ledger, checkpoint: signatures, witnesses, fork, rollback, age
  const view = await checkLog(bundle, trust, options);
  report.origin = trust.origin;
  report.singleOperator = singleOperator(trust.policy);
  report.witnesses = view.witnesses;
  report.auditors = view.auditors;
  report.notes = view.notes;
  if (!steps.end("V2", view.findings)) return;
  await pace.step("V2");
  const { size, root } = view.checkpoint;
  report.size = size;
  report.root = root;

  // V3  the seal is the last leaf; every event is a leaf before it
  const { seal, findings: unsealed } = openSeal(bundle, trust.origin, size, root);
  const place = { origin: trust.origin, size, root };
  const { events, findings: displaced } = await openEvents(bundle, place, facts, pace);
  if (!steps.end("V3", unsealed.concat(displaced))) return;
  report.asOf = seal.time;

  // V4  streams: order, chain, completeness by map proofs, closure
  const roots = everyRoot(trust);
  const other = await wrongTrust(events, trust);
  const left =
    other.length > 0
      ? other
      : await checkStreams(bundle, events, seal, facts.aliasFields, roots, pace);
  if (!steps.end("V4", left)) return;

  // V5  every signature, by the key it names
  const { keys, findings: unfit } = grantedKeys(events, roots);
  const unsigned = await checkSignatures(events, keys, pace);
  if (!steps.end("V5", unfit.concat(unsigned))) return;
  for (const { entry } of events) report.signatures += entry.signatures.length;

  // V6  who may sign what, judged at each event's index
  if (!steps.end("V6", await checkAuthority(events, trust, pace))) return;
  report.proved = events;
  report.notes = view.notes.concat(notAnnounced(events, trust));
  const audited = trust.auditorThreshold >= 1 && view.auditors.length >= trust.auditorThreshold;
  report.level = audited ? "L5" : "L4";

  // V7  times (states come later); V8 runs whatever V7 says
  steps.end("V7", checkTimes(events, seal.time, trust.maxSkew));
  await pace.step("V7");

  // V8  disclosures and documents
  const shown = checkDisclosures(events, bundle.disclosures, facts.privateFields);
  const known = referenced(events, shown.opened);
  const documents = checkAttachments(bundle.attachments, options.attachments, known);
  steps.end("V8", shown.findings.concat(documents.findings));
  report.missing = documents.missing;
  if (shown.findings.length === 0) {
    report.disclosures = shown.opened;
    report.shown = countShown(events, shown.opened);
  }
  await pace.step("V8");
}

async function openBundle(raw, pace) {
  try {
    return { bundle: await parseBundle(raw, pace), findings: [] };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const found =
      error.code === "C421"
        ? finding("V1", "E01", "bundle", `this program does not know ${error.detail}`, CANNOT_TELL)
        : finding("V1", "E01", "bundle", error.detail);
    return { bundle: null, findings: [found] };
  }
}

function openSeal(bundle, origin, size, root) {
  const no = (detail) => ({ seal: null, findings: [finding("V3", "E08", "seal", detail)] });
  const { value: seal, refusal } = attempt(() => parseSeal(bundle.seal));
  if (refusal !== null) return no(refusal.detail);
  if (seal.origin !== origin) return no("it belongs to another ledger");
  if (seal.index !== size - 1) return no("it is not the last entry under the checkpoint");
  if (!verifyInclusion(leafHash(bundle.seal), seal.index, size, bundle.sealPath, root)) {
    return no("it is not in the ledger the checkpoint signs");
  }
  return { seal, findings: [] };
}

async function openEvents(bundle, { origin, size, root }, facts, pace) {
  const events = [];
  const findings = [];
  let done = 0;
  for (const { index, wire, path } of bundle.events) {
    const where = `event ${index}`;
    const found = (code, detail, judged = null) =>
      findings.push(finding("V3", code, where, detail, judged));
    done += 1;
    if (pace.due) await pace.step("V3", done, bundle.events.length);
    const { value: entry, refusal } = attempt(() => parseEntry(wire));
    if (refusal !== null) {
      const [code, judged] = unreadable(wire);
      found(code, refusal.detail, judged);
      continue;
    }
    const { log, type } = entry.payload;
    if (log !== origin) found("E13", `it was signed for ${log}`);
    // The last leaf is the seal, so every event lies below it.
    if (index >= size - 1 || !verifyInclusion(entry.leaf, index, size, path, root)) {
      found("E14", "it is not at this place in the ledger the checkpoint signs");
    }
    if (!FIXED_TYPES.has(type) && !facts.knownType(type)) {
      found("E12", `this program does not know the event type ${type}`, CANNOT_TELL);
    }
    events.push({ index, entry });
  }
  return { events, findings };
}

// Tells a bad envelope (E11) from a bad payload (E12) and from a payload of a later version, about
// which nobody can tell.
function unreadable(wire) {
  const encoded = encodedPayload(wire);
  if (encoded === null) return ["E11", null];
  const { value: payload } = attempt(() => unb64(encoded));
  if (payload === null) return ["E11", null];
  if (attempt(() => parsePayload(payload)).refusal === null) return ["E11", null];
  return ["E12", laterVersion(payload) ? CANNOT_TELL : null];
}

function laterVersion(payload) {
  const { value: fields } = attempt(() => loads(payload, PAYLOAD_LIMIT, "event"));
  return isObject(fields) && typeof fields.v === "number" && fields.v > 1;
}

async function checkAuthority(events, trust, pace) {
  const law = Standing.under(trust);
  // First pass: revocations reach back, so they are known before any event is judged.
  law.collectDistrust(events);
  const findings = [];
  let done = 0;
  for (const { index, entry } of events) {
    const against = judgeEvent(law, index, entry);
    findings.push(...against);
    if (against.length === 0) law.apply(index, entry.payload);
    done += 1;
    if (pace.due) await pace.step("V6", done, events.length);
  }
  return findings;
}

// By index, how many committed digests were disclosed and withheld; decoys count as withheld.
function countShown(events, opened) {
  const shown = new Map();
  for (const { index, entry } of events) {
    const committed = entry.payload.sd.length;
    const disclosed = opened.get(index)?.size ?? 0;
    if (committed > 0) shown.set(index, { disclosed, withheld: committed - disclosed });
  }
  return shown;
}

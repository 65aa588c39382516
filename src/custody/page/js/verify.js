// Verifies a bundle: the evidence (V1 to V8), then states (V7) and the custody story (V9).
//
// Needs a bundle, a trust file and a clock; no ledger and no network. Whatever the bytes, the
// answer is a report.

import { b64 } from "./evidence/encoding.js";
import {
  CANNOT_TELL,
  FAILED,
  GENUINE,
  NOT_RUN,
  PASSED,
  overall,
  shorten,
} from "./evidence/findings.js";
import { Pace } from "./evidence/pace.js";
import { Standing } from "./evidence/standing.js";
import { parseTrust, trustAfter } from "./evidence/trust.js";
import { verifyEvidence } from "./evidence/verify.js";

const STORY_TITLE = "custody story";
const NOTHING = { erased: 0, remarks: [] }; // beside a verdict without a story

// Verifies `bundle` against the file `trust`, both Uint8Array.
//
//   now          Unix seconds of the verifier's clock
//   archive      an old record is looked at on purpose: age becomes a note
//   memory       largest {size, root} of this ledger seen before, or null
//   pin          SHA-256 (hex) the trust file must have, or null
//   earlier      the trust files before it, Uint8Array each, once its root keys were changed
//   attachments  Map of SHA-256 (hex) to the bytes of documents at hand
//   expected     what the person before the goods typed; handed on to the law
//   contract     {types: {name: {aliases: {field: scheme}, private: [name]}}, levels, unprovable}
//   law          module with `judgeProved`, which knows what events mean; null: V9 is not run
//   progress     called with {step, done, total}, or null
//   signal       AbortSignal that ends the work, or null
//
// Returns what `custody verify --json` prints, and besides: `words`, the texts of findings by rules
// as [code, where, detail, why, fix]; `beside`, facts for the page: {root in base64, shown: how
// many values each event discloses and withholds}; `failure`, the text of a fault of this program
// or null.
//
// Throws TrustError (`code` C501 to C503, C510) when a trust file is not usable, and the signal's
// reason. Nothing else.
export async function verifyBundle({
  bundle,
  trust,
  now,
  archive = false,
  memory = null,
  pin = null,
  earlier = [],
  attachments = new Map(),
  expected = {},
  contract,
  law = null,
  progress = null,
  signal = null,
}) {
  const pace = new Pace(progress, signal);
  const root = trustAfter(parseTrust(trust), earlier);
  const options = { now, archive, memory, pin, attachments };
  const evidence = await verifyEvidence(bundle, root, options, factsOf(contract), pace);
  const last = { id: "V9", title: STORY_TITLE, status: NOT_RUN, findings: [] };
  const steps = [...evidence.steps, last];
  let told = { story: {}, words: [], particulars: NOTHING };
  let failure = null;
  if (evidence.proved.length > 0 && law !== null) {
    try {
      told = await retell(evidence, root, law, expected, steps, pace);
    } catch (fault) {
      signal?.throwIfAborted();
      // A fault of this program says nothing about the record: V9 stays not run.
      failure = String(fault);
    }
  }
  await pace.step("V9");
  return plain(evidence, steps, told, contract, failure);
}

function factsOf(contract) {
  const typeOf = (name) => (Object.hasOwn(contract.types, name) ? contract.types[name] : null);
  return {
    knownType: (name) => typeOf(name) !== null,
    aliasFields: (name) => typeOf(name)?.aliases ?? {},
    privateFields: (name) => typeOf(name)?.private ?? [],
  };
}

// Judges the proved events again: adds findings to V7 and V9, returns the story and its words.
async function retell(evidence, trust, law, expected, steps, pace) {
  const standing = Standing.under(trust);
  for (const { index, entry } of evidence.proved) standing.apply(index, entry.payload);
  const disclosures = new Map();
  for (const [index, values] of evidence.disclosures) {
    disclosures.set(index, Object.fromEntries(values));
  }
  const shown = new Map();
  for (const [index, counts] of evidence.shown) {
    shown.set(index, [counts.disclosed, counts.withheld]);
  }
  const { states, told, story, words, particulars = NOTHING } = await law.judgeProved({
    proved: evidence.proved.map(({ index, entry }) => ({
      index,
      leaf: entry.leaf64,
      payload: entry.payload,
      payloadText: entry.payloadText,
    })),
    disclosures,
    shown,
    expected,
    asOf: evidence.asOf,
    shipment: evidence.shipment,
    personOf: (kid) => standing.personOf(kid),
    pace,
  });
  addTo(steps, "V7", states);
  if (states.length === 0) {
    stepOf(steps, "V9").status = PASSED;
    addTo(steps, "V9", told);
  }
  return { story, words, particulars };
}

function stepOf(steps, id) {
  return steps.find((step) => step.id === id);
}

function addTo(steps, id, findings) {
  if (findings.length === 0) return;
  const step = stepOf(steps, id);
  step.status = FAILED;
  step.findings = shorten(step.findings.concat(findings));
}

function plain(evidence, steps, { story, words, particulars }, contract, failure) {
  let verdict = overall(steps.flatMap((step) => step.findings));
  if (verdict === GENUINE && steps.some((step) => step.status !== PASSED)) verdict = CANNOT_TELL;
  return {
    kind: "custody.verify/v1",
    verdict,
    level: evidence.level,
    level_means: contract.levels?.[evidence.level] ?? null,
    as_of: evidence.asOf,
    origin: evidence.origin,
    shipment: evidence.shipment,
    trust: evidence.trust,
    single_operator: evidence.singleOperator,
    witnesses: evidence.witnesses,
    auditors: evidence.auditors,
    size: evidence.size,
    events: evidence.events,
    streams: evidence.streams,
    signatures: evidence.signatures,
    missing_documents: evidence.missing,
    timestamps: { checked: [], unchecked: evidence.timestamps },
    values: valuesOf(evidence, particulars),
    steps: steps.map(({ id, title, status, findings }) => ({
      step: id,
      title,
      status,
      findings: findings.map((found) => ({
        code: found.code,
        where: found.where,
        detail: found.detail,
        verdict: found.verdict,
      })),
    })),
    notes: evidence.notes.map(({ code, detail }) => ({ code, detail })),
    remarks: particulars.remarks,
    unproved: unproved(evidence, contract.unprovable),
    story,
    words,
    beside: {
      root: evidence.root === null ? null : b64(evidence.root),
      shown: [...evidence.shown].map(([index, counts]) => ({ index, ...counts })),
    },
    failure,
  };
}

// How many private values are disclosed, withheld (decoys included), and erased on request.
function valuesOf(evidence, { erased }) {
  const counts = [...evidence.shown.values()];
  const disclosed = counts.reduce((sum, row) => sum + row.disclosed, 0);
  const withheld = counts.reduce((sum, row) => sum + row.withheld, 0);
  return { disclosed, withheld: withheld - erased, erased };
}

// What a report of this level leaves unproved, one clause each in both languages.
function unproved({ level, singleOperator }, texts) {
  if (texts === undefined) return [];
  const views = singleOperator ? texts.unwitnessed : texts.witnessed;
  return [...texts.always, views, ...(level === "L5" ? [] : [texts.unaudited])];
}

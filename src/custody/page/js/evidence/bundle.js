// The custody bundle: one canonical JSON file with all a verifier needs except the trust file.
//
// Attachments travel beside it and are matched by SHA-256. Event and seal bytes are kept exactly as
// they were logged.

import { hasExactly, isObject, loadsInTurns } from "./canonical.js";
import { HASH, unb64, utf8 } from "./encoding.js";
import { EvidenceError, malformed } from "./errors.js";
import { streamKind } from "./names.js";
import { checkOrder, digestIn, numberIn, rowsOf, textIn, textsIn } from "./rows.js";

const BUNDLE_FORMAT = "custody-bundle/v1";
const BUNDLE_ANY_VERSION = /^custody-bundle\/v[1-9][0-9]{0,3}$/;
const SHIPMENT = /^shipment:[0-9a-f]{32}$/;
const MEDIA = /^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,63}$/;
const ATTACHMENT_HASH = /^[0-9a-f]{64}$/;
// A tree of 2^64 leaves has paths of 64; a map of 256-bit keys has paths of at most 256.
const PATH_MAX = 64;
const COPATH_MAX = 256;
const BUNDLE_KEYS = new Set([
  "attachments",
  "checkpoint",
  "consistency",
  "disclosures",
  "events",
  "format",
  "seal",
  "shipment",
  "streams",
  "timestamps",
]);
const SEAL_KEYS = new Set(["lines", "p"]);
const EVENT_KEYS = new Set(["e", "i", "p"]);
const STREAM_KEYS = new Set(["copath", "from", "h", "i", "n", "s"]);
const PROOF_KEYS = new Set(["proof", "size"]);
const SHOWN_KEYS = new Set(["d", "leaf"]);
const ATTACHMENT_KEYS = new Set(["media", "sha256", "size"]);

// How much a bundle may hold; checked before and while reading.
const LIMITS = {
  bytes: 64 * 2 ** 20,
  events: 200_000,
  attachments: 1_000,
  timestamps: 16,
  consistency: 64,
};

// The bundle behind `raw`: {shipment, checkpoint, seal, sealPath, events: [{index, wire, path}],
// streams: [{stream, first, head, copath}], consistency and disclosures as Maps, attachments,
// timestamps}. EvidenceError C420 when it is not the one byte form of a bundle within the limits,
// C421 (detail: its format) when it is of a version this program does not know.
export async function parseBundle(raw, pace) {
  try {
    const fields = await loadsInTurns(raw, LIMITS.bytes, "bundle", pace);
    return await readBundle(fields, pace);
  } catch (error) {
    if (!(error instanceof EvidenceError) || error.code === "C421") throw error;
    throw new EvidenceError("C420", "bundle", error.detail);
  }
}

async function readBundle(fields, pace) {
  if (!isObject(fields)) throw malformed("bundle", "it is not an object");
  const version = fields.format;
  if (version !== BUNDLE_FORMAT) {
    if (typeof version === "string" && BUNDLE_ANY_VERSION.test(version)) {
      throw new EvidenceError("C421", "bundle", version);
    }
    throw malformed("bundle", "it does not say that it is a custody bundle");
  }
  if (!hasExactly(fields, BUNDLE_KEYS)) {
    throw malformed("bundle", "it has other fields than a bundle of this version");
  }
  const shipment = textIn(fields, "shipment");
  if (!SHIPMENT.test(shipment)) throw malformed("bundle", "it does not name a shipment");
  const pathIn = pathReader();
  const { seal } = fields;
  if (!hasExactly(seal, SEAL_KEYS)) {
    throw malformed("bundle", "its seal has other fields than lines and a path");
  }
  const events = await readEvents(fields.events, pathIn, pace);
  const streams = readStreams(fields.streams, pathIn);
  await pace.turn();
  const consistency = readConsistency(fields.consistency, pathIn);
  const disclosures = readDisclosures(fields.disclosures);
  const attachments = readAttachments(fields.attachments);
  return {
    shipment,
    checkpoint: joined(textsIn(fields, "checkpoint", 64)),
    seal: joined(textsIn(seal, "lines", 16)),
    sealPath: pathIn(seal, "p", PATH_MAX),
    events,
    streams,
    consistency,
    disclosures,
    attachments,
    timestamps: textsIn(fields, "timestamps", LIMITS.timestamps).map((text) => unb64(text)),
  };
}

// The same hashes occur in many paths; each spelling is decoded once.
function pathReader() {
  const hashes = new Map();
  function decoded(item) {
    if (typeof item !== "string") throw malformed("bundle", "a hash is not a text");
    let known = hashes.get(item);
    if (known === undefined) {
      known = unb64(item, HASH);
      hashes.set(item, known);
    }
    return known;
  }
  return function pathIn(row, key, most) {
    const items = row[key];
    if (!Array.isArray(items) || items.length > most) {
      throw malformed("bundle", `a path is not a list of at most ${most} hashes`);
    }
    return items.map(decoded);
  };
}

async function readEvents(value, pathIn, pace) {
  const events = [];
  for (const row of rowsOf(value, EVENT_KEYS, LIMITS.events)) {
    const index = numberIn(row, "i");
    events.push({ index, wire: utf8(textIn(row, "e")), path: pathIn(row, "p", PATH_MAX) });
    if (pace.due) await pace.turn();
  }
  const indices = events.map((event) => event.index);
  checkOrder("events", indices);
  return events;
}

function readStreams(value, pathIn) {
  const streams = rowsOf(value, STREAM_KEYS, LIMITS.events).map((row) => ({
    stream: textIn(row, "s"),
    first: numberIn(row, "from"),
    head: { count: numberIn(row, "n"), index: numberIn(row, "i"), leaf: digestIn(row, "h") },
    copath: pathIn(row, "copath", COPATH_MAX),
  }));
  const listed = streams.map((row) => row.stream);
  checkOrder("streams", listed);
  listed.forEach(streamKind);
  return streams;
}

function readConsistency(value, pathIn) {
  const rows = rowsOf(value, PROOF_KEYS, LIMITS.consistency);
  const steps = rows.map((row) => [numberIn(row, "size"), pathIn(row, "proof", 2 * PATH_MAX)]);
  const sizes = steps.map(([size]) => size);
  checkOrder("consistency", sizes);
  return new Map(steps);
}

function readDisclosures(value) {
  const rows = rowsOf(value, SHOWN_KEYS, LIMITS.events);
  const shown = rows.map((row) => [textIn(row, "leaf"), textsIn(row, "d", 1_000)]);
  const leaves = shown.map(([leaf]) => leaf);
  checkOrder("disclosures", leaves);
  for (const [leaf, strings] of shown) {
    unb64(leaf, HASH);
    checkOrder("disclosures", strings);
    if (strings.length === 0) throw malformed("bundle", "a disclosure list is empty");
  }
  return new Map(shown);
}

function readAttachments(value) {
  const attachments = rowsOf(value, ATTACHMENT_KEYS, LIMITS.attachments).map((row) => ({
    media: textIn(row, "media"),
    sha256: textIn(row, "sha256"),
    size: numberIn(row, "size"),
  }));
  const hashes = attachments.map((row) => row.sha256);
  checkOrder("attachments", hashes);
  for (const row of attachments) {
    if (!MEDIA.test(row.media) || !ATTACHMENT_HASH.test(row.sha256)) {
      throw malformed("bundle", "an attachment has no media type or SHA-256");
    }
  }
  return attachments;
}

function joined(lines) {
  return utf8(lines.map((line) => `${line}\n`).join(""));
}

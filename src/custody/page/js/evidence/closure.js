// Which streams a custody record must contain: everything its shipment rests on, and no more.
//
// From the shipment the closure follows every link but those of scope, every signer's key, every
// business number, and the authority stream.

import { attempt } from "./errors.js";
import { finding } from "./findings.js";
import { AUTHORITY, aliasStream, streamKind } from "./names.js";

// Things that are used, not changed: years of earlier calibrations need not travel.
const USED_KINDS = new Set(["equipment", "instrument", "material", "site"]);
const USES = "uses";
// What a permit or an assessment is for: "kind relation". The shipment reaches its own lots anyway;
// those of another customer under the same permit must not travel with it.
const SCOPES = new Set(["assessment covers", "permit batch", "permit product"]);
const ALIAS_CLAIMED = "alias.claimed/v1";
const NAMES = "names";

// The least closed set that holds `shipment` and the authority stream: {first: Map of stream to
// the first seq that belongs to the record, named: Map of alias stream to the streams whose events
// carry that number, findings}. `read` gives the events of a stream, `aliasFields` the business
// numbers by event type, `roots` the kids that as such have no key streams.
export function closureOf(shipment, read, aliasFields, roots) {
  const first = new Map();
  const named = new Map();
  const findings = [];
  const seqs = new Map();
  const sortedBySeq = new Map();
  const work = [];

  function need(stream, seq) {
    const known = first.get(stream);
    if (known === undefined || seq < known) {
      first.set(stream, seq);
      work.push([stream, seq, known ?? null]);
    }
  }

  function linkedSeq(stream, head) {
    if (!seqs.has(stream)) {
      const heads = read(stream).map(({ entry }) => [entry.leaf64, entry.payload.seq]);
      seqs.set(stream, new Map(heads));
    }
    // A head that is not there is reported by `checkReadSet`; the whole stream is due then.
    return seqs.get(stream).get(head) ?? 0;
  }

  // The events with start <= seq < stop; each event is visited once in all.
  function part(stream, start, stop) {
    let events = sortedBySeq.get(stream);
    if (events === undefined) {
      events = [...read(stream)].sort((one, other) => seqOf(one) - seqOf(other));
      sortedBySeq.set(stream, events);
    }
    const low = firstFrom(events, start);
    return events.slice(low, stop === null ? events.length : firstFrom(events, stop));
  }

  function follow(index, payload, stream) {
    for (const { kid } of payload.signers) {
      const key = `key:${kid}`;
      // A root key has no such stream, unless it was somebody's own key before or after.
      if (!roots.has(kid) || read(key).length > 0) need(key, 0);
    }
    for (const link of payload.links) {
      if (isScope(stream, link.rel)) continue;
      const used = link.rel === USES && USED_KINDS.has(streamKind(link.stream));
      need(link.stream, used ? linkedSeq(link.stream, link.head) : 0);
    }
    for (const [name, scheme] of Object.entries(aliasFields(payload.type))) {
      for (const number of numbersIn(payload.body[name])) {
        const { value: alias } = attempt(() => aliasStream(scheme, number));
        if (alias === null) {
          const detail = `the ${name} given here is not a usable number`;
          findings.push(finding("V4", "E18", `event ${index}`, detail));
          continue;
        }
        if (!named.has(alias)) named.set(alias, new Set());
        named.get(alias).add(payload.stream);
        need(alias, 0);
      }
    }
  }

  need(AUTHORITY, 0);
  need(shipment, 0);
  while (work.length > 0) {
    const [stream, start, stop] = work.pop();
    for (const { index, entry } of part(stream, start, stop)) follow(index, entry.payload, stream);
  }
  return { first, named, findings };
}

// Whether a link only tells what the item of `stream` is for, and leads nowhere.
function isScope(stream, rel) {
  return SCOPES.has(`${streamKind(stream)} ${rel}`);
}

// Every business number belongs to one stream: the one that its first event names (E18).
export function checkAliases(named, read) {
  const findings = [];
  for (const [alias, owners] of named) {
    const events = read(alias);
    if (events.length === 0) continue; // reported as a missing stream
    const claim = events[0].entry.payload;
    const names = claim.links.filter((link) => link.rel === NAMES).map((link) => link.stream);
    const targets = new Set(names);
    for (const owner of [...owners].sort()) {
      if (claim.type !== ALIAS_CLAIMED || targets.size !== 1 || !targets.has(owner)) {
        const detail = `its business number does not belong to ${owner}`;
        findings.push(finding("V4", "E18", `stream ${alias}`, detail));
      }
    }
  }
  return findings;
}

// Every link names the latest event of its stream below the linking event (E18). A decision on an
// outdated head was not allowed to be recorded; a head that lies ahead is a forgery.
export function checkReadSet(events) {
  const findings = [];
  const heads = new Map();
  for (const { index, entry } of events) {
    const { stream, links } = entry.payload;
    for (const link of links) {
      if (isScope(stream, link.rel) && !heads.has(link.stream)) continue;
      if (heads.get(link.stream) !== link.head) {
        const detail = `does not rest on the latest record of ${link.stream} before it`;
        findings.push(finding("V4", "E18", `event ${index}`, detail));
      }
    }
    heads.set(stream, entry.leaf64);
  }
  return findings;
}

function seqOf({ entry }) {
  return entry.payload.seq;
}

// Place of the first event with at least this seq; `events` are sorted by it.
function firstFrom(events, seq) {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seqOf(events[middle]) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numbersIn(value) {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((number) => typeof number === "string") : [];
}

// Step V4: nothing was left out and nothing was slipped in.
//
// Every stream is whole and chained, its head is the one the sealed map gives, and the set of
// streams is exactly the closure of the shipment.

import { checkAliases, checkReadSet, closureOf } from "./closure.js";
import { sameBytes } from "./encoding.js";
import { finding } from "./findings.js";
import { verifyMap } from "./headmap.js";

// Runs V4 over events already proved to be in the log, in index order.
export async function checkStreams(bundle, events, seal, aliasFields, roots, pace) {
  const byStream = new Map();
  for (const event of events) {
    const { stream } = event.entry.payload;
    if (!byStream.has(stream)) byStream.set(stream, []);
    byStream.get(stream).push(event);
  }
  const listed = new Map(bundle.streams.map((row) => [row.stream, row]));
  const read = (stream) => byStream.get(stream) ?? [];

  const findings = [];
  for (const stream of byStream.keys()) {
    if (!listed.has(stream)) {
      findings.push(inStream("E17", stream, "has events here but is not listed"));
    }
  }
  let done = 0;
  for (const [stream, row] of listed) {
    if (!byStream.has(stream)) {
      findings.push(inStream("E17", stream, "is listed but has no events here"));
    } else {
      checkChain(row, byStream.get(stream), findings);
    }
    const proof = { kind: "present", copath: row.copath, other: null };
    if (!verifyMap(seal.mapRoot, stream, row.head, proof)) {
      findings.push(inStream("E16", stream, "its last record is not the one under the seal"));
    }
    done += 1;
    if (pace.due) await pace.step("V4", done, listed.size);
  }
  const wanted = closureOf(bundle.shipment, read, aliasFields, roots);
  await pace.step("V4");
  for (const found of wanted.findings) findings.push(found);
  for (const stream of [...wanted.first.keys()].sort()) {
    if (listed.has(stream)) continue;
    findings.push(inStream("E18", stream, "the shipment rests on it, but it was left out"));
  }
  for (const stream of [...listed.keys()].sort()) {
    if (wanted.first.has(stream)) continue;
    findings.push(inStream("E17", stream, "nothing in this shipment rests on it"));
  }
  checkBeginnings(listed, wanted.first, findings);
  return findings.concat(checkAliases(wanted.named, read), checkReadSet(events));
}

// Consecutive seq from `first` to the head's count, each naming the one before it.
function checkChain(row, events, findings) {
  let seq = row.first;
  let previous = null;
  for (const { index, entry } of events) {
    if (entry.payload.seq !== seq) {
      const detail = `record ${seq} is missing or out of order at event ${index}`;
      findings.push(inStream("E15", row.stream, detail));
      break;
    }
    if (previous !== null && entry.payload.prev !== previous) {
      const detail = `event ${index} does not follow the record before it`;
      findings.push(inStream("E15", row.stream, detail));
    }
    previous = entry.leaf64;
    seq += 1;
  }
  const last = events[events.length - 1];
  const { count, index, leaf } = row.head;
  const ends = last.entry.payload.seq + 1 === count && last.index === index;
  if (!ends || !sameBytes(last.entry.leaf, leaf)) {
    findings.push(inStream("E15", row.stream, "its last record here is not its listed head"));
  }
}

function checkBeginnings(listed, first, findings) {
  for (const [stream, row] of listed) {
    const wanted = first.get(stream);
    if (wanted !== undefined && row.first !== wanted) {
      const detail = `begins at record ${row.first} instead of ${wanted}`;
      findings.push(inStream("E15", stream, detail));
    }
  }
}

function inStream(code, stream, detail) {
  return finding("V4", code, `stream ${stream}`, detail);
}

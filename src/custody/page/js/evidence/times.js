// Step V7, evidence part: claimed times never contradict the order of the record.
//
// The order comes from the log; a signer's clock is only held against it.

import { finding } from "./findings.js";
import { secondsOf } from "./payload.js";

// Findings about times of signing (E24). Events are {index, entry} in index order; the seal's time
// in Unix seconds, the skew in seconds by which honest clocks may differ.
export function checkTimes(events, sealTime, maxSkew) {
  const findings = [];
  const latest = new Map();
  const times = new Map();
  for (const { index, entry } of events) {
    const { stream, time, links } = entry.payload;
    const where = `event ${index}`;
    const found = (detail) => findings.push(finding("V7", "E24", where, detail));
    // Times have one fixed-width spelling, so comparing texts compares times.
    if (time < (latest.get(stream) ?? "")) {
      found("it was signed at an earlier time than the record before it");
    } else {
      latest.set(stream, time);
    }
    if (secondsOf(time) > sealTime + maxSkew) {
      found("it claims a later time than the seal above it");
    }
    for (const link of links) {
      const target = times.get(link.head);
      if (target !== undefined && secondsOf(target) > secondsOf(time) + maxSkew) {
        found(`it claims an earlier time than the record of ${link.stream} it rests on`);
      }
    }
    times.set(entry.leaf64, time);
  }
  return findings;
}

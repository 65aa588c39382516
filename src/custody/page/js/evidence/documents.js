// Documents beside a bundle: matched by SHA-256 and size, never by name.
//
// A document that holds personal data may be referenced by a disclosure instead of by the event.

import { isObject } from "./canonical.js";
import { hex, sha256 } from "./encoding.js";
import { CANNOT_TELL, finding } from "./findings.js";

const DOCUMENT_HASH = /^[0-9a-f]{64}$/;

// The documents events speak of: a Map of SHA-256 in hex to mentions {size, media}, null where the
// record says nothing. Read are the rows of `documents` in bodies, and disclosed values of the same
// shape or that are a bare hash.
export function referenced(events, opened) {
  const found = new Map();
  const values = events.map(({ entry }) => entry.payload.body.documents);
  for (const shown of opened.values()) values.push(...shown.values());
  for (const value of values) collectMentions(value, found);
  return found;
}

function collectMentions(value, found) {
  if (typeof value === "string") {
    if (DOCUMENT_HASH.test(value)) mention(found, value, null, null);
  } else if (Array.isArray(value)) {
    for (const item of value) collectMentions(item, found);
  } else if (isObject(value)) {
    const { sha256: digest, size, media_type: media } = value;
    if (typeof digest !== "string" || !DOCUMENT_HASH.test(digest)) return;
    mention(
      found,
      digest,
      typeof size === "number" ? size : null,
      typeof media === "string" ? media : null,
    );
  }
}

function mention(found, digest, size, media) {
  if (!found.has(digest)) found.set(digest, []);
  found.get(digest).push({ size, media });
}

// Whether a document of this size (bytes) and media type can be meant; null says nothing.
function fits(said, size, media) {
  const sized = said.size === null || said.size === size;
  return sized && (said.media === null || media === null || said.media === media);
}

// Findings (E29) and the SHA-256 of listed documents that were not given. `given` is a Map of the
// hash a document was handed over as to its bytes. A file no record speaks of proves nothing and
// contradicts nothing; it is only noticed when a listed document is not there, as it may be a
// changed copy of it.
export function checkAttachments(listed, given, known) {
  const findings = [];
  const found = (where, detail, judged = null) =>
    findings.push(finding("V8", "E29", where, detail, judged));
  for (const row of listed) {
    const where = `document ${row.sha256}`;
    const mentions = known.get(row.sha256);
    if (mentions === undefined) {
      found(where, "no record of this shipment speaks of it");
    } else if (!mentions.some((said) => fits(said, row.size, row.media))) {
      found(where, "the record gives it another size or kind");
    }
  }
  const sizes = new Map(listed.map((row) => [row.sha256, row.size]));
  const missing = listed.map((row) => row.sha256).filter((digest) => !given.has(digest));
  for (const [name, content] of given) {
    const real = hex(sha256(content));
    const size = content.length;
    const where = `document ${real}`;
    const mentions = known.get(real);
    if (name !== real) {
      found(where, `it was handed over as ${[...name].slice(0, 64).join("")}`);
    } else if (mentions === undefined) {
      if (missing.length > 0) {
        const detail = "no record of this shipment speaks of it, and a listed one is not here";
        found(where, detail, CANNOT_TELL);
      }
    } else if (
      (sizes.get(real) ?? size) !== size ||
      !mentions.some((said) => fits(said, size, null))
    ) {
      found(where, "it has another size than recorded");
    }
  }
  return { findings, missing };
}

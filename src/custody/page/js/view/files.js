/* Files at hand: read them within limits, tell apart what they are, keep digests of documents. */

import { hex } from "../evidence/encoding.js";
import { bytesOf, harmless } from "./elements.js";
import { say } from "./language.js";
import { bundleInPdf, isPdf } from "./pdf.js";

const BUNDLE_LIMIT = 64 << 20;
const DOCUMENT_LIMIT = 256 << 20;
const DOCUMENTS = 500;

/** A file that cannot be used; the message is for people. */
export class Unusable extends Error {}

/** The bytes of a file of at most `limit` bytes. */
export async function bytesOfFile(file, limit) {
  if (file.size > limit) {
    throw new Unusable(say("tooLarge", { name: harmless(file.name), limit: bytesOf(limit) }));
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Unusable(say("unreadable", { name: harmless(file.name) }));
  }
}

/** The bundle in a file: the file itself, or what a PDF carries inside. */
export async function bundleOf(file) {
  const bytes = await bytesOfFile(file, BUNDLE_LIMIT);
  if (!isPdf(bytes)) return { bytes, name: file.name, size: bytes.length, pdf: false };
  const inside = await bundleInPdf(bytes, BUNDLE_LIMIT);
  if (!inside) throw new Unusable(say("noBundleInPdf", { name: harmless(file.name) }));
  return { bytes: inside, name: file.name, size: inside.length, pdf: true };
}

/** SHA-256 of bytes in hexadecimal. */
export async function fileDigest(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Documents by SHA-256, as the verifier compares them: names do not matter. */
export async function documentsOf(files) {
  const found = new Map();
  for (const file of files.slice(0, DOCUMENTS)) {
    const bytes = await bytesOfFile(file, DOCUMENT_LIMIT);
    found.set(await fileDigest(bytes), bytes);
  }
  return found;
}

/** Whether somebody took a bundle, or its PDF, for another file. */
export async function looksLikeBundle(file) {
  return beginsBundle(await headOf(file));
}

function beginsBundle(head) {
  return head.startsWith('{"attachments"') || head.startsWith("%PDF-");
}

async function headOf(file) {
  return new TextDecoder("latin1").decode(await file.slice(0, 64).arrayBuffer());
}

/** Sort what was dropped: one bundle, perhaps a trust file that is not used, documents. */
export async function sorted(files) {
  const kinds = { bundles: [], trust: [], documents: [] };
  for (const file of files) {
    const head = await headOf(file);
    if (beginsBundle(head)) kinds.bundles.push(file);
    else if (head.startsWith('{"auditor_threshold"')) kinds.trust.push(file);
    else kinds.documents.push(file);
  }
  const named = kinds.bundles.filter((file) => file.name.endsWith(".custody.json"));
  const bundle = named[0] ?? kinds.bundles[0] ?? (files.length === 1 ? files[0] : null);
  const documents = [...kinds.bundles, ...kinds.documents].filter((file) => file !== bundle);
  return { bundle, several: named.length > 1, trust: kinds.trust.filter((f) => f !== bundle), documents };
}

/** What an unverified bundle says of itself; null when it cannot even be read. */
export function claimsOf(bytes) {
  try {
    const read = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const [origin, size] = read.checkpoint;
    const signers = read.checkpoint.filter((line) => line.startsWith("— ")).slice(0, 20);
    return {
      origin,
      size,
      signers: signers.map(signerOf),
      events: read.events.length,
      streams: read.streams.length,
    };
  } catch {
    return null;
  }
}

/** Name and key number of a signature line of a checkpoint (C2SP signed note). */
function signerOf(line) {
  const [, name, signature] = line.split(" ");
  const number = Array.from(atob(signature.slice(0, 8)).slice(0, 4), (c) => c.charCodeAt(0));
  return `${name}+${hex(number)}`;
}

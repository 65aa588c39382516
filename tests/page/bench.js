// Runs test vectors and bundles through the page's own modules; loaded by tests/page/browser.py.
//
// A vector is {area, files}: file name -> bytes in base64. What each input means is written in
// events/vectors/README.md; the answers are in the words of `expect.json`.

import { loads } from "../../src/custody/page/js/evidence/canonical.js";
import {
  lineBy,
  linesBy,
  parseCheckpoint,
  verifyLine,
} from "../../src/custody/page/js/evidence/checkpoint.js";
import { HOLDS, verifyEd25519 } from "../../src/custody/page/js/evidence/crypto.js";
import { digestOf, openDisclosure } from "../../src/custody/page/js/evidence/disclosure.js";
import {
  b64,
  fromUtf8,
  hex,
  sha256,
  unb64,
  unhex,
} from "../../src/custody/page/js/evidence/encoding.js";
import { pae, parseEntry } from "../../src/custody/page/js/evidence/entry.js";
import { EvidenceError, TrustError } from "../../src/custody/page/js/evidence/errors.js";
import { mapKey, mapValue, verifyMap } from "../../src/custody/page/js/evidence/headmap.js";
import {
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from "../../src/custody/page/js/evidence/merkle.js";
import {
  aliasStream,
  checkOrigin,
  checkPublicKey,
  kidOf,
  streamKind,
} from "../../src/custody/page/js/evidence/names.js";
import { parseVerifierKey } from "../../src/custody/page/js/evidence/note.js";
import { parsePayload, secondsOf } from "../../src/custody/page/js/evidence/payload.js";
import { parseSeal } from "../../src/custody/page/js/evidence/seal.js";
import { parseTrust } from "../../src/custody/page/js/evidence/trust.js";
import { verifyBundle } from "../../src/custody/page/js/verify.js";
import { commit, mapRootOf, rootOf } from "./writing.js";

function judged(holds, code) {
  return holds ? { ok: true } : { ok: false, code };
}

function headOf(row) {
  return { count: row.n, index: row.i, leaf: unb64(row.h) };
}

const AREAS = {
  canonical(file) {
    const content = file("input.bin");
    loads(content, 48_000, "vector");
    return { ok: true, sha256: hex(sha256(content)) };
  },

  names(file, json) {
    const given = json("input.json");
    switch (given.what) {
      case "kid":
        return { ok: true, kid: kidOf(unb64(given.public)) };
      case "public_key":
        checkPublicKey(unb64(given.public));
        return { ok: true };
      case "stream":
        return { ok: true, kind: streamKind(given.stream) };
      case "alias":
        return { ok: true, stream: aliasStream(given.scheme, given.value) };
      default:
        checkOrigin(given.origin);
        return { ok: true };
    }
  },

  async entry(file, json, has) {
    const wire = file("entry.bin");
    const keys = new Map(json("keys.json").map((row) => [row.kid, unb64(row.public)]));
    let payload;
    let signatures;
    if (has("bytes_only")) {
      const outer = JSON.parse(fromUtf8(wire));
      payload = unb64(outer.payload);
      signatures = outer.signatures.map((row) => [row.keyid, unb64(row.sig)]);
    } else {
      const entry = parseEntry(wire);
      payload = entry.payloadBytes;
      signatures = entry.signatures;
    }
    for (const [kid, signature] of signatures) {
      if (!(await verifyEd25519(keys.get(kid), signature, pae(payload)))) {
        return { ok: false, code: "E19" };
      }
    }
    return {
      ok: true,
      size: wire.length,
      sha256: hex(sha256(wire)),
      payload_sha256: hex(sha256(payload)),
      leaf: b64(leafHash(wire)),
    };
  },

  payload(file) {
    const content = file("payload.bin");
    const { stream } = parsePayload(content);
    return { ok: true, sha256: hex(sha256(content)), stream };
  },

  merkle(file, json) {
    const given = json("input.json");
    if ("leaves" in given) {
      return { ok: true, root: b64(rootOf(given.leaves.map((leaf) => unb64(leaf)))) };
    }
    const path = given.path.map((hash) => unb64(hash));
    if ("leaf" in given) {
      const [leaf, root] = [unb64(given.leaf), unb64(given.root)];
      return judged(verifyInclusion(leaf, given.index, given.size, path, root), "E14");
    }
    const [older, newer] = [unb64(given.old_root), unb64(given.new_root)];
    return judged(verifyConsistency(given.old, given.new, path, older, newer), "E06");
  },

  headmap(file, json) {
    const given = json("input.json");
    if ("heads" in given) {
      const rows = Object.entries(given.heads).map(([stream, row]) => [stream, headOf(row)]);
      return { ok: true, root: hex(mapRootOf(new Map(rows))) };
    }
    if (!("copath" in given)) {
      const value = mapValue(given.stream, headOf(given.head));
      return { ok: true, key: hex(mapKey(given.stream)), value: hex(value) };
    }
    const { other = null, head = null } = given;
    const proof = {
      kind: given.kind,
      copath: given.copath.map((hash) => unb64(hash)),
      other: other === null ? null : [unhex(other.key), unhex(other.value)],
    };
    const at = head === null ? null : headOf(head);
    return judged(verifyMap(unhex(given.root), given.stream, at, proof), "E16");
  },

  seal(file) {
    const content = file("seal.txt");
    return { ok: true, index: parseSeal(content).index, leaf: b64(leafHash(content)) };
  },

  async checkpoint(file, json) {
    const checkpoint = parseCheckpoint(file("checkpoint.txt"));
    const times = {};
    for (const key of json("keys.json").map(parseVerifierKey)) {
      if (linesBy(checkpoint, key) > 1) return { ok: false, code: "E03" };
      const line = lineBy(checkpoint, key);
      const said = line === null ? null : await verifyLine(key, checkpoint, line);
      if (said?.answer !== HOLDS) return { ok: false, code: "E04" };
      times[`${key.name}+${key.keyid}`] = said.time;
    }
    const { origin, size, root } = checkpoint;
    return { ok: true, origin, size, root: b64(root), times };
  },

  trust(file) {
    const { origin, fingerprint } = parseTrust(file("trust.json"));
    return { ok: true, origin, fingerprint };
  },

  disclosure(file, json) {
    const given = json("input.json");
    if ("salt" in given) {
      return { ok: true, ...commit(given.name, given.value, unb64(given.salt)) };
    }
    const { name, value } = openDisclosure(given.disclosure);
    return { ok: true, name, value, digest: digestOf(given.disclosure) };
  },
};

// The outcome of one vector, in the words of its `expect.json`.
async function runVector({ area, files }) {
  const file = (name) => bytesOf(files[name]);
  const json = (name) => JSON.parse(fromUtf8(file(name)));
  try {
    return await AREAS[area](file, json, (name) => name in files);
  } catch (error) {
    if (error instanceof EvidenceError) return { ok: false, code: error.code };
    if (error instanceof TrustError) return { ok: false, code: error.code };
    throw error;
  }
}

// The report on one bundle: {bundle, trust, documents} in base64, `at` as Unix seconds or an
// instant, {archive, pin, memory: {size, root in base64}} as the verifier takes them.
async function verifyCase(given, contract, law) {
  const attachments = new Map();
  for (const content of (given.documents ?? []).map(bytesOf)) {
    attachments.set(hex(sha256(content)), content);
  }
  const memory = given.memory ?? null;
  const steps = [];
  const started = performance.now();
  try {
    const report = await verifyBundle({
      bundle: bytesOf(given.bundle),
      trust: bytesOf(given.trust),
      now: typeof given.at === "string" ? secondsOf(given.at) : given.at,
      archive: given.archive ?? false,
      pin: given.pin ?? null,
      earlier: (given.earlier ?? []).map(bytesOf),
      memory: memory === null ? null : { size: memory.size, root: unb64(memory.root) },
      attachments,
      contract,
      law,
      progress: ({ step }) => {
        if (!steps.some(([seen]) => seen === step)) steps.push([step, 0]);
        steps[steps.length - 1][1] = performance.now() - started;
      },
    });
    return { ...report, milliseconds: performance.now() - started, steps_at: steps };
  } catch (error) {
    if (error instanceof TrustError) return { unusable: error.code, detail: error.detail };
    throw error;
  }
}

function bytesOf(text) {
  const whole = atob(text);
  const content = new Uint8Array(whole.length);
  for (let at = 0; at < whole.length; at += 1) content[at] = whole.charCodeAt(at);
  return content;
}

export const bench = { runVector, verifyCase, verifyBundle };

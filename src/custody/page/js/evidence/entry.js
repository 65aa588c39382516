// A signed event as it is stored and hashed: DSSE in one fixed byte template.
//
// It checks form only; whose signatures they are, others decide.

import { b64, bytewise, concat, fromUtf8, isAscii, unb64, utf8 } from "./encoding.js";
import { attempt, malformed } from "./errors.js";
import { leafHash } from "./merkle.js";
import { parsePayload } from "./payload.js";

const PAYLOAD_TYPE = "application/vnd.custody.event.v1+json";
const ENTRY_LIMIT = 65_535; // bytes
const ENTRY_HEAD = '{"payload":"';
const ENTRY_TYPE = `","payloadType":"${PAYLOAD_TYPE}"`;
const ENTRY_MIDDLE = `${ENTRY_TYPE},"signatures":[`;
const ENTRY_TAIL = "]}";
const KEYID_AT = '{"keyid":"'.length;
const SIG_AT = KEYID_AT + 64 + '","sig":"'.length;
const SIG_END = SIG_AT + 88;
const SIGNATURE_LENGTH = SIG_END + '"}'.length;

// The entry behind `wire`: {payloadBytes, payloadText, payload, signatures, leaf, leaf64}.
// Signatures are pairs of key id and 64 bytes. C401 unless `wire` is the template to the byte, its
// payload is well formed and the signatures are by exactly the signers the payload names.
export function parseEntry(wire) {
  if (wire.length > ENTRY_LIMIT) {
    throw malformed("entry", `it is longer than ${ENTRY_LIMIT} bytes`);
  }
  const whole = bytewise(wire);
  // Cut where the template says and compare with the template afterwards: quicker than JSON.
  const [encoded, rest] = cut(whole.slice(ENTRY_HEAD.length), ENTRY_MIDDLE);
  const { value: decoded } = attempt(() => [
    unb64(encoded),
    readSignatures(rest.slice(0, -ENTRY_TAIL.length)),
  ]);
  if (decoded === null) {
    throw malformed("entry", "its base64 is not in its one canonical spelling");
  }
  const [payloadBytes, signatures] = decoded;
  if (template(encoded, signatures) !== whole) {
    throw malformed("entry", "it does not follow the template of a signed event");
  }
  const payload = parsePayload(payloadBytes);
  const { signers } = payload;
  const agree = signers.every((signer, at) => signer.kid === signatures[at]?.[0]);
  if (signers.length !== signatures.length || !agree) {
    throw malformed("entry", "its signatures are not by exactly the signers it names");
  }
  const leaf = leafHash(wire);
  const payloadText = fromUtf8(payloadBytes);
  return { payloadBytes, payloadText, payload, signatures, leaf, leaf64: b64(leaf) };
}

// The payload of something that at least begins as an entry does, undecoded; null otherwise.
export function encodedPayload(wire) {
  const whole = bytewise(wire);
  if (!whole.startsWith(ENTRY_HEAD)) return null;
  const [encoded] = cut(whole.slice(ENTRY_HEAD.length), ENTRY_TYPE, null);
  return encoded;
}

// Pre-authentication encoding, which each signer signs (DSSE v1.0.2, PAE).
export function pae(payload) {
  const start = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  return concat(utf8(start), payload);
}

// The parts before and after the first `mark`; `before` is replaced by null when asked so and
// there is none.
function cut(text, mark, none = text) {
  const at = text.indexOf(mark);
  return at < 0 ? [none, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}

function template(encoded, signatures) {
  const listed = signatures.map(([kid, sig]) => `{"keyid":"${kid}","sig":"${b64(sig)}"}`);
  return ENTRY_HEAD + encoded + ENTRY_MIDDLE + listed.join(",") + ENTRY_TAIL;
}

// Reads the fixed columns of the signature list; the template is compared afterwards.
function readSignatures(listed) {
  if (!isAscii(listed)) throw malformed("entry", "its signatures are not ASCII");
  const signatures = [];
  for (let at = 0; at < listed.length; at += SIGNATURE_LENGTH + 1) {
    signatures.push([
      listed.slice(at + KEYID_AT, at + KEYID_AT + 64),
      unb64(listed.slice(at + SIG_AT, at + SIG_END), 64),
    ]);
  }
  return signatures;
}

/* Take the bundle out of a PDF it is embedded in. Nothing in the PDF is believed: what comes out is
 * judged like any other file. Reads embedded file streams as ISO 32000-1 7.11.4 lays them down,
 * plain or deflated; whatever else a PDF may do is not followed.
 */

import { concat } from "../evidence/encoding.js";

const PDF_STREAMS = 20; // each may be inflated up to the limit

/** Whether the bytes begin as a PDF does. */
export function isPdf(bytes) {
  return [0x25, 0x50, 0x44, 0x46, 0x2d].every((byte, at) => bytes[at] === byte);
}

/** The first embedded file that begins as a bundle does, null when there is none. */
export async function bundleInPdf(bytes, limit) {
  const text = new TextDecoder("latin1").decode(bytes);
  let from = 0;
  for (let seen = 0; seen < PDF_STREAMS; seen += 1) {
    const at = text.indexOf("/EmbeddedFile", from);
    if (at < 0) return null;
    from = at + 13;
    if (/[A-Za-z]/.test(text[from] ?? "")) continue; // the tree of names, /EmbeddedFiles
    const start = /stream\r?\n/.exec(text.slice(from, from + 2000));
    if (!start) continue;
    const begin = from + start.index + start[0].length;
    const keyword = text.indexOf("endstream", begin);
    if (keyword < 0) return null;
    const dictionary = text.slice(Math.max(0, text.lastIndexOf(" obj", at)), begin);
    const end = endOfStream(text, dictionary, begin, keyword);
    const raw = bytes.subarray(begin, end);
    const content = dictionary.includes("/FlateDecode") ? await inflated(raw, limit) : raw;
    const head = content && new TextDecoder().decode(content.subarray(0, 14));
    if (head === '{"attachments"') return content;
    from = end;
  }
  return null;
}

/** Where the data of a stream end: as its length says when that is plausible, else at its keyword
 * without the end of line before it. */
function endOfStream(text, dictionary, begin, keyword) {
  const said = /\/Length (\d{1,9})(?! \d+ R)/.exec(dictionary);
  const end = said ? begin + Number(said[1]) : keyword;
  if (said && /^\r?\n?endstream/.test(text.slice(end, end + 11))) return end;
  return keyword - (/\r?\n$/.exec(text.slice(keyword - 2, keyword))?.[0].length ?? 0);
}

async function inflated(raw, limit) {
  const pipe = new DecompressionStream("deflate");
  const writer = pipe.writable.getWriter();
  writer.write(raw).then(() => writer.close()).catch(() => null);
  const reader = pipe.readable.getReader();
  const pieces = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limit) {
        await reader.cancel();
        return null;
      }
      pieces.push(value);
    }
  } catch {
    return null; // half of a bundle is none
  }
  return concat(...pieces);
}

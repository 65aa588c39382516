// Development only: runs the vectors under node. `node tests/page/run.js [AREA]` prints misfits.
//
// What counts is the browser (tests/page/test_vectors.py); this needs none and is quick.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { bench } from "./bench.js";

const root = new URL("../../events/", import.meta.url);
const vectors = new URL("vectors/", root);
const types = {};
for (const entry of JSON.parse(readFileSync(new URL("registry.json", root))).types) {
  types[entry.type] = { aliases: entry.aliases, private: entry.private.map((one) => one.name) };
}

function filesOf(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((item) => item.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [name, readFileSync(new URL(name, folder)).toString("base64")]),
  );
}

for (const area of readdirSync(vectors)) {
  if (process.argv[2] !== undefined && process.argv[2] !== area) continue;
  const base = new URL(`${area}/`, vectors);
  if (!existsSync(base) || area.endsWith(".md")) continue;
  let good = 0;
  for (const { name } of readdirSync(base, { withFileTypes: true })) {
    const folder = new URL(`${name}/`, base);
    if (!existsSync(new URL("expect.json", folder))) continue;
    const files = filesOf(folder);
    const expect = JSON.parse(readFileSync(new URL("expect.json", folder)));
    if ("audit" in expect) continue; // a ledger file, not for a page
    let got;
    if ("verdict" in expect) {
      const beside = new URL("attachments/", folder);
      const documents = existsSync(beside) ? Object.values(filesOf(beside)) : [];
      const { "bundle.custody.json": bundle, "trust.json": trust } = files;
      const { at, archive, pin } = expect;
      const report = await bench.verifyCase(
        { bundle, trust, documents, at, archive, pin },
        { types },
        null,
      );
      const found = (report.steps ?? []).flatMap((step) =>
        step.findings.map((one) => `${step.step} ${one.code}`),
      );
      got = report.unusable ? `V2 ${report.unusable}` : [...new Set(found)].sort().join();
      const wanted = expect.found.map((pair) => pair.join(" "));
      const evidence = wanted.filter((pair) => !/^V9|E25/.test(pair));
      if (got !== evidence.join()) console.log(area, name, "got", got, "wanted", wanted.join());
      else good += 1;
      if (report.failure) console.log(report.failure);
    } else {
      got = await bench.runVector({ area, files });
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(got)), expect)) {
        console.log(area, name, "got", JSON.stringify(got), "wanted", JSON.stringify(expect));
      } else good += 1;
    }
  }
  console.log(area, good, "as expected");
}

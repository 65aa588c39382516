/* Compare the record with the papers in the officer's hand: type a number, see where it stands. */

import { card, foreign, harmless, make } from "./elements.js";
import { labelOf } from "./labels.js";
import { say } from "./language.js";

const LEAST = 3;

/** One spelling for what is typed, scanned or pasted: full width, case and spaces do not matter. */
function asCompared(text) {
  return String(text ?? "").normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** Everything in the story that also stands on papers, with what it is. */
function comparable(story) {
  const rows = [
    [labelOf("kinds", "shipment"), story.shipment],
    [say("shipper"), story.shipper],
    [say("consignee"), story.consignee],
    [say("destination"), story.destination],
    [say("trial"), story.trial],
    [say("seal"), story.seal],
    [say("hsCode"), story.hs_code],
    [say("declaration"), story.declaration],
    ...story.permits.map((p) => [labelOf("permit_kinds", p.kind), p.number]),
    ...story.containers.flatMap((c) => [[say("container"), c.serial], [say("logger"), c.logger]]),
    ...story.batches.map((b) => [say("product"), b.product]),
    ...story.lineage.map((item) => [labelOf("kinds", item.noun), item.number]),
  ];
  return rows.filter(([, value]) => value);
}

/** The answer for what was typed: the same value, part of one, or none. */
function comparedWith(story, typed) {
  const wanted = asCompared(typed);
  if (wanted.length < LEAST) return { kind: "open", text: say("compareShort") };
  const rows = comparable(story);
  const shown = harmless(typed.trim());
  const same = rows.find(([, value]) => asCompared(value) === wanted);
  if (same) return { kind: "passed", text: say("compareSame", { typed: shown, what: same[0] }) };
  const part = rows.find(([, value]) => asCompared(value).includes(wanted));
  if (!part) return { kind: "failed", text: say("compareNone", { typed: shown }) };
  const values = { typed: shown, what: part[0], value: harmless(part[1]) };
  return { kind: "open", text: say("comparePart", values) };
}

/** The section with its field and its answer. */
export function compareSection(story) {
  const field = make("input", {
    type: "text",
    id: "compare",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    "aria-describedby": "compared",
  });
  const answer = make("p", { id: "compared", role: "status", class: "compared" });
  const form = make(
    "form",
    {},
    make("label", { for: "compare" }, say("compareLabel")),
    make("p", { class: "pair" }, field, make("button", { type: "submit" }, say("compareButton"))),
    answer,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = comparedWith(story, field.value);
    answer.className = `compared ${found.kind}`;
    answer.replaceChildren(foreign(found.text));
  });
  return card("compare", say("compareHeading"), form);
}

/* The story of the shipment, shown only when the evidence below it is proved. */

import { amendmentSection } from "./amendments.js";
import { bytesOf, card, facts, foreign, make, marked, sayAround, tableOf } from "./elements.js";
import { eventTitle, labelOf, statusOf } from "./labels.js";
import { say } from "./language.js";
import { lineageSection } from "./lineage.js";
import { temperatureSection } from "./temperature.js";
import { STATUS_TEXTS } from "./texts.js";

/** Every section of the story, in the order an officer reads it. */
export function storySections(report, given) {
  const story = report.story;
  return [
    shipmentSection(story),
    batchSection(story),
    permitSection(story),
    handOverSection(story),
    temperatureSection(story),
    lineageSection(story),
    amendmentSection(story),
    signatureSection(story),
    story.documents.length ? documentSection(story, report.missing_documents, given) : null,
  ];
}

function shipmentSection(story) {
  const rows = facts([
    [say("status"), statusOf("shipment", story.status)],
    [say("shipper"), foreign(story.shipper)],
    [say("consignee"), foreign(story.consignee)],
    [say("custodian"), foreign(story.custodian)],
    [say("destination"), foreign(story.destination)],
    [say("purpose"), labelOf("uses", story.purpose)],
    [say("trial"), foreign(story.trial)],
    [say("doses"), String(story.doses)],
    [say("seal"), foreign(story.seal)],
    [say("sealedAt"), foreign(story.sealed_at)],
    [say("hsCode"), foreign(story.hs_code)],
    [say("declaration"), foreign(story.declaration)],
    [say("customs"), foreign(story.customs)],
    [say("holds"), story.holds.length ? foreign(story.holds.join(", ")) : null],
    [say("disposition"), story.disposition && labelOf("dispositions", story.disposition)],
  ]);
  return card("shipment", sayAround("storyHeading", foreign(story.shipment)), rows);
}

const BLOCKS = 8;

function batchSection(story) {
  const all = story.batches.map((batch) => [
    [say("product"), foreign(batch.product)],
    [say("status"), statusOf("batch", batch.status)],
    [say("releasedAt"), foreign(batch.released_at)],
    [say("expiresAt"), foreign(batch.expires_at)],
    [say("storage"), rangeOf(batch)],
    [say("madeFrom"), foreign(batch.made_from.join(", "))],
    [say("deviations"), foreign(batch.deviations.join(", "))],
  ]);
  const titles = story.batches.map((batch) => foreign(batch.number));
  const batches =
    all.length <= BLOCKS
      ? all.map((rows, at) => make("div", { class: "batch" }, make("h4", {}, titles[at]), facts(rows)))
      : [
          tableOf(
            say("batches"),
            [say("batch"), ...all[0].map(([label]) => label)],
            all.map((rows, at) => [titles[at], ...rows.map(([, value]) => value)]),
            (cells) => cells,
          ),
        ];
  const containers = tableOf(
    say("containers"),
    ["container", "batch", "doses", "logger"].map((k) => say(k)),
    story.containers,
    (c) => [foreign(c.serial), foreign(c.batch), String(c.doses), foreign(c.logger)],
  );
  const held = story.containers.length ? [make("h4", {}, say("containers")), containers] : [];
  return card("batches", say("batches"), ...batches, ...held);
}

function rangeOf(batch) {
  if (!batch.storage_min) return "–";
  return say("range", { low: batch.storage_min, high: batch.storage_max });
}

function permitSection(story) {
  return card(
    "permits",
    say("permits"),
    tableOf(
      say("permits"),
      ["number", "kind", "authority", "status", "validFrom", "validUntil"].map((k) => say(k)),
      story.permits,
      (p) => [
        foreign(p.number),
        labelOf("permit_kinds", p.kind),
        foreign(p.authority),
        statusOf("permit", p.status),
        foreign(p.valid_from),
        foreign(p.valid_until),
      ],
    ),
  );
}

/** What is wrong with a hand-over: who gave it did not have it, or nobody signed for it. */
export function gapsOf(legs, shipper) {
  let holder = shipper;
  return legs.map((leg) => {
    const wrong = [];
    if (leg.from !== holder) wrong.push(say("otherGiver"));
    if (!leg.accepted_at) wrong.push(say("notAccepted"));
    holder = leg.to;
    return wrong;
  });
}

function handOverSection(story) {
  const gaps = gapsOf(story.hand_overs, story.shipper);
  const legs = story.hand_overs.map((leg, at) =>
    make(
      "li",
      { class: gaps[at].length ? "leg gap" : "leg" },
      make("p", { class: "parties" }, foreign(leg.from), make("span", { "aria-hidden": "true" }, " → "), foreign(leg.to)),
      facts([
        [say("given"), foreign(leg.given_at)],
        [say("accepted"), foreign(leg.accepted_at)],
        [say("place"), foreign(leg.place)],
        [say("seal"), sealWord(leg.seal_intact)],
      ]),
      gaps[at].map((text) => make("p", {}, marked("failed", STATUS_TEXTS.failed[0], text))),
    ),
  );
  const list = legs.length ? make("ol", { class: "legs" }, legs) : make("p", {}, say("noHandOvers"));
  return card("hand-overs", say("handOvers"), list);
}

function sealWord(intact) {
  const [kind, key] = intact ? ["passed", "sealIntact"] : ["failed", "sealBroken"];
  return marked(kind, STATUS_TEXTS[kind][0], say(key));
}

function signatureSection(story) {
  return card(
    "signatures",
    say("signatures"),
    make("p", { class: "said" }, say("signaturesWhy")),
    tableOf(
      say("signatures"),
      ["name", "meaning", "role", "event", "number", "signedAt"].map((k) => say(k)),
      story.signatures,
      (s) => [
        foreign(s.name),
        labelOf("meanings", s.meaning),
        labelOf("roles", s.role),
        eventTitle(s.type),
        foreign(s.number),
        foreign(s.signed_at),
      ],
    ),
  );
}

function documentSection(story, missing, given) {
  const absent = new Set(missing);
  const state = (row) => {
    if (given.has(row.sha256)) return marked("passed", STATUS_TEXTS.passed[0], say("atHand"));
    return say(absent.has(row.sha256) ? "notAtHand" : "notListed");
  };
  return card(
    "documents",
    say("documentsHeading"),
    tableOf(
      say("documentsHeading"),
      ["fileName", "kind", "item", "bytes", "result"].map((k) => say(k)),
      story.documents,
      (row) => [
        foreign(row.name),
        labelOf("document_kinds", row.kind),
        foreign(row.number),
        bytesOf(row.size),
        state(row),
      ],
    ),
  );
}

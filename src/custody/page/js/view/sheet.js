/* The printed sheet: one page of A4, whatever the bundle. Lists are cut and say by how much. */

import { actOf, earlierOf } from "./amendments.js";
import { shortened, facts, groups, instantOf, make } from "./elements.js";
import { documentCounts, endOf, levelWords, clausesOf, valueCounts } from "./outcome.js";
import { embedded, eventTitle, labelOf, statusOf } from "./labels.js";
import { reading, say } from "./language.js";
import { gapsOf } from "./story.js";
import { STATUS_TEXTS, STEP_TEXTS, VERDICT_TEXTS } from "./texts.js";

const LONGEST = 70;
const PAPER_WIDTH = 182; // millimetres between the margins, as in sheet.css
const PAPER_HEIGHT = 266; // millimetres, a little less than there are: printers round
// How much is shown: rows of each list, lines of each row. The fullest that fits is printed.
const ROOMS = [
  { findings: 6, rows: 6, lines: 2 },
  { findings: 5, rows: 4, lines: 2 },
  { findings: 4, rows: 3, lines: 1 },
  { findings: 2, rows: 1, lines: 1 },
];

/** Fill the sheet for the current result with as much as one page holds. */
export function fillSheet(sheet, result, textsOf) {
  for (const room of ROOMS) {
    sheet.className = `sheet lines-${room.lines}`;
    sheet.replaceChildren(...sheetParts(result, textsOf, room));
    const millimetre = sheet.clientWidth / PAPER_WIDTH;
    if (sheet.scrollHeight <= PAPER_HEIGHT * millimetre) return;
  }
}

function sheetParts(result, textsOf, room) {
  const report = result.report;
  const texts = VERDICT_TEXTS[report.verdict];
  const story = report.story;
  const verdict = `${texts.mark} ${reading(texts.word)}: ${reading(texts.line)}`;
  return [
    make("h1", {}, say("sheetTitle")),
    make("p", { class: `sheet-verdict ${report.verdict}` }, verdict),
    facts([
      [say("file"), shortened(result.name, LONGEST)],
      [say("bundleDigest"), groups(result.digest)],
      [say("trust"), report.trust ? shortened(groups(report.trust), 80) : say("trustNone")],
      [say("ledger"), shortened(report.origin, LONGEST)],
      [say("asOf"), report.as_of ? `${instantOf(report.as_of)} · ${say("asOfWhy")}` : null],
      [say("judgedAt"), instantOf(result.now)],
      [say("level"), result.trustGiven ? levelWords(report) : null],
      [say("view"), report.single_operator ? say("single") : null],
      [say("checked"), report.events ? say("counts", report) : null],
      [say("documents"), documentCounts(report)],
      [say("values"), valueCounts(report)],
    ]),
    sheetSteps(report),
    ...sheetFindings(report, textsOf, room),
    ...(story.shipment ? sheetStory(story, room) : []),
    make("h2", {}, say("unprovable")),
    make("p", { class: "fine" }, clausesOf(report).join("; ")),
    make("p", { class: "officer" }, `${say("sheetOfficer")}: `),
    make("p", { class: "fine" }, `${say("sheetNote")} custody ${embedded().version}`),
  ];
}

function sheetSteps(report) {
  const cells = report.steps.map((step) => {
    const [mark, word] = STATUS_TEXTS[endOf(step)];
    const end = make("b", {}, `${step.step} ${mark} ${reading(word)}`);
    return make("li", {}, end, ` ${reading(STEP_TEXTS[step.step])}`);
  });
  return make("ul", { class: "sheet-steps" }, cells);
}

function sheetFindings(report, textsOf, room) {
  const found = report.steps.flatMap((step) => step.findings.map((finding) => [step.step, finding]));
  if (!found.length) return [];
  const lines = found.slice(0, room.findings).map(([step, finding]) => {
    const { title, where, why } = textsOf(finding);
    const place = `${shortened(title, LONGEST)}: ${shortened(where, LONGEST)}`;
    return `${step} ${shortened(finding.code, 10)} ${place}; ${shortened(why, 120)}`;
  });
  return [make("h2", {}, say("findings")), listOf(lines, found.length)];
}

function listOf(lines, count) {
  const rows = lines.map((line) => make("li", {}, line));
  const n = count - lines.length;
  if (n > 0) rows.push(make("li", { class: "more" }, say("sheetMore", { n })));
  return make("ul", { class: "sheet-list" }, rows);
}

function sheetStory(story, room) {
  const listed = (key, items, line, count = items.length) => {
    if (!items.length) return [];
    const lines = items.slice(0, room.rows).map((item, at) => line(item, at).filter(Boolean).join(" · "));
    return [make("h2", {}, say(key)), listOf(lines, count)];
  };
  const gaps = gapsOf(story.hand_overs, story.shipper);
  return [
    make("h2", {}, say("storyHeading", { number: shortened(story.shipment, 40) })),
    facts([
      [say("status"), shortened(statusOf("shipment", story.status), LONGEST)],
      [say("shipper"), shortened(story.shipper, LONGEST)],
      [say("consignee"), shortened(`${story.consignee} · ${story.destination}`, LONGEST)],
      [say("doses"), String(story.doses)],
      [say("seal"), shortened(`${story.seal} · ${story.sealed_at}`, LONGEST)],
    ]),
    ...listed("batches", story.batches, (b) => [
      shortened(b.number, 40),
      shortened(b.product, LONGEST),
      statusOf("batch", b.status),
      b.expires_at ? `${say("expiresAt")} ${b.expires_at}` : "",
    ]),
    ...listed("permits", story.permits, (p) => [
      shortened(p.number, 40),
      labelOf("permit_kinds", p.kind),
      statusOf("permit", p.status),
      [p.valid_from, p.valid_until].filter(Boolean).join(" – "),
    ]),
    ...listed("handOvers", story.hand_overs, (leg, at) => [
      leg.given_at,
      `${shortened(leg.from, 36)} → ${shortened(leg.to, 36)}`,
      leg.accepted_at,
      gaps[at].length ? `✗ ${gaps[at].join("; ")}` : "",
    ]),
    ...listed("temperature", story.temperatures, (log) => [
      shortened(log.logger, 40),
      `${log.minimum} – ${log.maximum} °C`,
      `${say("readings")} ${log.readings}`,
    ]),
    ...listed("amendments", story.amendments, (row) => [
      actOf(row),
      shortened(row.number, 40),
      earlierOf(row),
      shortened(row.reason, LONGEST),
    ]),
    ...listed(
      "signatures",
      decisive(story),
      (s) => [
        shortened(s.name, 30),
        labelOf("meanings", s.meaning),
        labelOf("roles", s.role),
        `${eventTitle(s.type)} ${shortened(s.number, 24)}`,
        s.signed_at,
      ],
      story.signatures.length,
    ),
  ];
}

const DECIDING = ["released", "rejected", "approved", "given", "received"];

/** The signatures that decide something, the latest first: release, sealing, hand-overs. */
function decisive(story) {
  return story.signatures.filter((s) => DECIDING.includes(s.meaning)).reverse();
}

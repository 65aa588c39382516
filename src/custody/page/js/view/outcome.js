/* The answer: one verdict in a mark, a colour and words, what was judged, the nine steps. */

import { bytesOf, card, facts, foreign, groups, harmless, instantOf, make, marked } from "./elements.js";
import { reading, say } from "./language.js";
import { STATUS_TEXTS, STEP_TEXTS, VERDICT_TEXTS } from "./texts.js";

/** The verdict; its heading can take the focus. */
export function verdictBanner(report) {
  const texts = VERDICT_TEXTS[report.verdict];
  return make(
    "section",
    { class: `verdict ${report.verdict}`, "aria-labelledby": "verdict-word" },
    make("p", { class: "seal", "aria-hidden": "true" }, texts.mark),
    make(
      "div",
      {},
      make("h2", { id: "verdict-word", tabindex: "-1" }, reading(texts.word)),
      make("p", { class: "line" }, reading(texts.line)),
      make("p", {}, reading(texts.act)),
    ),
  );
}

/** What was judged, as of when, against which trust file. */
export function judgedFacts(result) {
  const report = result.report;
  return card(
    "facts",
    say("facts"),
    facts([
      [say("file"), [foreign(result.name), ` (${bytesOf(result.bytes)})`]],
      [say("asOf"), report.as_of ? `${instantOf(report.as_of)} · ${say("asOfWhy")}` : null],
      [say("judgedAt"), instantOf(result.now)],
      [say("level"), result.trustGiven ? levelWords(report) : null],
      [say("ledger"), foreign(report.origin)],
      [say("view"), report.single_operator ? say("single") : null],
      [say("trust"), report.trust ? make("code", { class: "digest" }, groups(report.trust)) : null],
      [say("bundleDigest"), make("code", { class: "digest" }, groups(result.digest))],
      [say("checked"), report.events ? say("counts", report) : null],
      [say("values"), valueCounts(report)],
      [say("documents"), documentCounts(report)],
    ]),
  );
}

/** How many private values the bundle shows, null when the report does not say. */
export function valueCounts(report) {
  const counts = report.values;
  if (!counts || counts.disclosed + counts.withheld + counts.erased === 0) return null;
  return say("valueCounts", counts);
}

/** How many of the documents were compared, null when the report knows of none. */
export function documentCounts(report) {
  const missing = report.missing_documents.length;
  const all = report.story.documents?.length ?? missing;
  if (!all) return null;
  return say("documentCounts", { given: Math.max(0, all - missing), missing });
}

/** How a step ended: a step with doubts only is open, not failed. */
export function endOf(step) {
  const doubts = step.findings.length > 0 && step.findings.every((f) => f.verdict === "cannot_tell");
  return step.status === "failed" && doubts ? "open" : step.status;
}

/** The nine steps, each with its findings below it. */
export function nineSteps(report, textsOf) {
  const rows = report.steps.map((step) => {
    const end = endOf(step);
    const [mark, word] = STATUS_TEXTS[end];
    return make(
      "li",
      { class: `step ${end}` },
      make(
        "p",
        { class: "step-line" },
        make("b", { class: "step-name" }, step.step),
        " ",
        marked(end, mark, word),
        " ",
        make("span", { class: "step-title" }, reading(STEP_TEXTS[step.step])),
      ),
      step.findings.length ? findingList(step.findings, textsOf) : null,
    );
  });
  return card(
    "steps",
    say("stepsHeading"),
    make("ol", { class: "steps" }, rows),
    report.notes.length
      ? [make("h4", {}, say("remarks")), findingList(report.notes, textsOf)]
      : null,
  );
}

/** Advice of rules, which stops nothing and changes no verdict: folded away, with its number. */
export function adviceSection(report) {
  const advice = report.remarks.map(({ rule, source, why, remedy }) => ({
    code: rule,
    texts: { title: source, where: "", why: reading(why), hint: reading(remedy) },
  }));
  if (!advice.length) return null;
  return card(
    "advice",
    say("advice"),
    make(
      "details",
      {},
      make("summary", {}, say("adviceCount", { n: advice.length })),
      findingList(advice, (remark) => remark.texts),
    ),
  );
}

function findingList(findings, textsOf) {
  return make(
    "ul",
    { class: "findings" },
    findings.map((finding) => {
      const texts = textsOf(finding);
      return make(
        "li",
        {},
        make("p", {}, make("b", { class: "code" }, harmless(finding.code)), " ", foreign(texts.title)),
        facts([
          [say("where"), foreign(texts.where)],
          [say("why"), foreign(texts.why)],
          [say("fix"), foreign(texts.hint)],
        ]),
      );
    }),
  );
}

/** What the report leaves unproved, one clause each. */
export function clausesOf(report) {
  return report.unproved.map((text) => reading(text));
}

/** The level that was reached, in words; that none was, when a step before V7 does not hold. */
export function levelWords(report) {
  return report.level_means ? `${report.level}: ${reading(report.level_means)}` : say("noLevel");
}

/** What no file can prove, in every report. */
export function limitsSection(report) {
  const clauses = clausesOf(report).map((clause) => make("li", {}, clause));
  const section = card("unprovable", say("unprovable"), make("ul", {}, clauses));
  section.classList.add("limits");
  return section;
}

/** Without a trust file: what the file says of itself, marked as unchecked. */
export function ownClaims(claims) {
  return card(
    "claims",
    say("claims"),
    make("p", { class: "warning" }, say("noTrustWhy")),
    facts([
      [say("ledger"), foreign(claims.origin)],
      [say("size"), foreign(claims.size)],
      [say("signer"), claims.signers.map((line) => make("span", { class: "row" }, foreign(line)))],
      [say("content"), say("claimCounts", claims)],
    ]),
  );
}

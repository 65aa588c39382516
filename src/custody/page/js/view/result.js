/* Put a result on the page, and again when the language changes. */

import { compareSection } from "./compare.js";
import { harmless, make } from "./elements.js";
import { findingTexts } from "./findings.js";
import { embeddedJson } from "./labels.js";
import { say } from "./language.js";
import { adviceSection, judgedFacts, limitsSection, nineSteps, ownClaims, verdictBanner } from "./outcome.js";
import { fillSheet } from "./sheet.js";
import { storySections } from "./story.js";

/** Fill `place` with the result; `go.other` and `go.back` are called when the reader moves on. */
export function showResult(place, sheet, result, go) {
  const { report } = result;
  const textsOf = (finding) => findingTexts(report, finding);
  const printing = make("button", { type: "button", id: "print" }, say("print"));
  printing.addEventListener("click", () => window.print());
  const another = make("button", { type: "button", id: "another" }, say("another"));
  another.addEventListener("click", go.other);
  const back = make("button", { type: "button", id: "back" }, say("back"));
  back.addEventListener("click", go.back);
  const judged = judgedFacts(result);
  const steps = nineSteps(report, textsOf); // what is wrong comes first, when something is
  place.replaceChildren(
    verdictBanner(report),
    make("p", { class: "actions" }, printing, back, another),
    report.failure ? make("p", { class: "warning" }, say("fault", { detail: harmless(report.failure) })) : "",
    ...(report.verdict === "genuine" ? [judged, steps] : [steps, judged]),
    result.claims ? ownClaims(result.claims) : "",
    ...(report.story.shipment
      ? [compareSection(report.story), ...storySections(report, result.given)]
      : []
    ).filter(Boolean),
    adviceSection(report) ?? "",
    limitsSection(report),
  );
  place.hidden = false;
  fillSheet(sheet, result, textsOf);
}

/** Move the reader to the verdict. */
export function goToVerdict() {
  const heading = document.getElementById("verdict-word");
  heading.focus();
  heading.scrollIntoView({ block: "center" });
}

const STEP_NAMES = ["V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9"];

/** The report when nothing could be judged: there is no usable trust file. */
export function unjudged(findings) {
  const steps = STEP_NAMES.map((step) => ({ step, title: step, status: "not_run", findings: [] }));
  if (findings.length) steps[1] = { ...steps[1], status: "failed", findings };
  const texts = embeddedJson("contract").unprovable;
  return {
    verdict: "cannot_tell",
    level: null,
    as_of: null,
    origin: "",
    trust: "",
    single_operator: false,
    events: 0,
    streams: 0,
    signatures: 0,
    missing_documents: [],
    steps,
    level_means: null,
    values: null,
    notes: [],
    remarks: [],
    unproved: [...texts.always, texts.unwitnessed, texts.unaudited],
    story: {},
  };
}

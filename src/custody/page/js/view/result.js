/* Put a result on the page, and again when the language changes. */

import { compareSection } from "./compare.js";
import { harmless, make } from "./elements.js";
import { findingTexts } from "./findings.js";
import { embeddedJson } from "./labels.js";
import { say } from "./language.js";
import { adviceSection, judgedFacts, limitsSection, nineSteps, ownClaims, verdictBanner } from "./outcome.js";
import { fillSheet } from "./sheet.js";
import { storySections } from "./story.js";
import { STEP_TEXTS } from "./texts.js";

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
  const told = report.story.shipment
    ? [compareSection(report.story), ...storySections(report, result.given)]
    : [];
  const parts = [
    verdictBanner(report),
    make("p", { class: "actions" }, printing, back, another),
    report.failure && make("p", { class: "warning" }, say("fault", { detail: harmless(report.failure) })),
    ...(report.verdict === "genuine" ? [judged, steps] : [steps, judged]),
    result.claims && ownClaims(result.claims),
    ...told,
    adviceSection(report),
    limitsSection(report),
  ];
  place.replaceChildren(...parts.filter(Boolean));
  place.hidden = false;
  fillSheet(sheet, result, textsOf);
}

/** Move the reader to the verdict. */
export function goToVerdict() {
  const heading = document.getElementById("verdict-word");
  heading.focus();
  heading.scrollIntoView({ block: "center" });
}

/** The report when nothing could be judged: there is no usable trust file. */
export function unjudged(findings) {
  const steps = Object.keys(STEP_TEXTS).map((step) => ({ step, status: "not_run", findings: [] }));
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

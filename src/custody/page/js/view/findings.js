/* The words of a finding: title, place, reason and hint in the language of the page. */

import { embedded, quotedLabel } from "./labels.js";
import { language } from "./language.js";

/** Title, place, why and hint of a finding of `report`. */
export function findingTexts(report, finding) {
  const trust = embedded().trust_errors;
  if (Object.hasOwn(trust, finding.code)) {
    const texts = trust[finding.code][language()];
    const said = law.detailIn(language(), finding.detail);
    const why = texts.why.replace(/\{\w+\}/, () => said);
    return { title: texts.what, where: finding.where, why, hint: texts.fix };
  }
  const texts = law.textOf(finding, language(), report.words ?? []);
  return { ...texts, why: withLabels(texts.why) };
}

/** A Chinese sentence of a rule with the codes it quotes replaced by their labels. */
function withLabels(sentence) {
  if (language() !== "zh") return sentence;
  return sentence.replace(/“([a-z][a-z0-9_]+)”/g, (_, code) => `“${quotedLabel(code)}”`);
}

/* What codes of the contract are called on the page. The lists are embedded when it is built. */

import { harmless } from "./elements.js";
import { language } from "./language.js";

const embeddedLists = new Map();

/** The JSON that was put into the page under an id when it was built. */
export function embeddedJson(id) {
  if (!embeddedLists.has(id)) embeddedLists.set(id, JSON.parse(document.getElementById(id).textContent));
  return embeddedLists.get(id);
}

/** The lists of words: vocabularies, titles of event types, errors of trust files, the version. */
export function embedded() {
  return embeddedJson("labels");
}

/** The label of a term of a vocabulary; the code itself where there is none. */
export function labelOf(vocabulary, code) {
  return worded(embedded().vocabularies[vocabulary], code, code);
}

/** The label of the status of an item of some kind. */
export function statusOf(kind, code) {
  return worded(embedded().vocabularies.statuses, `${kind}.${code}`, code);
}

/** The title of an event type. */
export function eventTitle(type) {
  return worded(embedded().types, type, type);
}

function worded(list, key, code) {
  if (Object.hasOwn(list, key)) return list[key][language()];
  return harmless(String(code ?? "")).replaceAll("_", " ");
}

const QUOTABLE = ["roles", "permit_kinds", "uses", "kinds"];

/** The label of a code that a sentence quotes: a status as most items have it, or another term. */
export function quotedLabel(code) {
  const { statuses } = embedded().vocabularies;
  const said = Object.keys(statuses)
    .filter((key) => key.endsWith(`.${code}`))
    .map((key) => statuses[key][language()]);
  if (said.length) {
    const times = (label) => said.filter((other) => other === label).length;
    return said.reduce((best, label) => (times(label) > times(best) ? label : best));
  }
  const list = QUOTABLE.find((name) => Object.hasOwn(embedded().vocabularies[name], code));
  return list ? labelOf(list, code) : code;
}

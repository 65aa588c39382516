/* What was corrected, voided, reaffirmed or called off: both readings, why, and who signed for it. */

import { card, facts, foreign, make } from "./elements.js";
import { eventTitle, labelOf } from "./labels.js";
import { say } from "./language.js";

const ACTS = {
  corrected: "actCorrected",
  voided: "actVoided",
  reaffirmed: "actReaffirmed",
  called_off: "actCalledOff",
};

/** The section on records that are read otherwise now than when they were made. */
export function amendmentSection(story) {
  const rows = story.amendments.map((row) =>
    make(
      "li",
      { class: "amendment" },
      make(
        "p",
        {},
        make("b", {}, actOf(row)),
        ` · ${labelOf("kinds", row.noun)} `,
        foreign(row.number),
        ` · ${earlierOf(row)} `,
        row.told_at ? foreign(row.told_at) : null,
      ),
      facts([
        ...row.changes.map((change) => [fieldOf(change), readings(change)]),
        [say("why"), foreign(row.reason)],
        [say("signedAt"), foreign(row.signed_at)],
        [say("signedBy"), foreign(row.names.join(", "))],
      ]),
    ),
  );
  const list = rows.length ? make("ul", { class: "amendments" }, rows) : make("p", {}, say("noAmendments"));
  return card("amendments", say("amendments"), list);
}

/** What was done to the earlier record. */
export function actOf(row) {
  return say(ACTS[row.act]);
}

/** The title of the earlier record, as far as the bundle holds it. */
export function earlierOf(row) {
  return row.type ? eventTitle(row.type) : say("earlierRecord");
}

function fieldOf(change) {
  return make("code", {}, change.field);
}

function readings(change) {
  return [foreign(readingOf(change.was)), " → ", foreign(readingOf(change.now))];
}

function readingOf(value) {
  return value === null ? "" : String(value);
}

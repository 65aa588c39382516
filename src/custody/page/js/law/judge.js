// The two steps of a verifier that need the law: V7 (states) and V9 (the custody story).

// Judges proved events again; see `app.verification.verifying`.
//
//   proved       [{index, leaf, payload, payloadText}] in the order of the log
//   disclosures  Map of index → {name: value}
//   shown        Map of index → [disclosed, withheld]
//   expected     what the person before the goods typed
//   asOf         Unix seconds or null
//   personOf     key id → 32 hex digits or null
//   pace         tells how far the work is and lets the page draw, or null
//
// Returns {states, told, story, words, particulars}: findings of V7 and of V9 before any are left
// out, and the words of findings in both languages as [code, where, detail, why, fix].
async function judgeProved({
  proved,
  disclosures,
  asOf,
  shipment,
  personOf,
  shown = new Map(),
  expected = {},
  pace = null,
}) {
  const words = new Map();
  const whole = proved.length * 2;
  const done = async (count) => pace?.step("V9", count, whole);
  try {
    const events = [];
    for (const entry of proved) {
      events.push(custody_app_judgement_histories.decode(entry.index, entry, personOf));
      await done(events.length);
    }
    const histories = custody_app_judgement_histories.Histories.of(events);
    const { states, told } = await judged(histories, events, words, done);
    if (asOf !== null && states.length === 0) {
      for (const each of [
        ...custody_app_verification_story.check(histories, shipment, events, asOf),
        ...custody_app_verification_expectations.differing(histories.world(), shipment, asExpected(expected)),
      ]) {
        told.push(findingOf(each, each.where, words));
      }
    }
    await done(whole);
    const particulars = beside(histories, shipment, events, shown);
    await done(whole);
    const printed = printedNames(proved, disclosures);
    const story = toJson(custody_app_verification_story.tell(histories, shipment, events, printed));
    return { states, told, story, words: [...words.values()], particulars };
  } catch (thrown) {
    py.caught(thrown, py.EvidenceError);
    const open = thrown.code === "C440" || thrown.code === "C445";
    const finding = {
      step: "V7",
      code: "E25",
      where: thrown.where,
      detail: thrown.why,
      verdict: open ? "cannot_tell" : "not_genuine",
    };
    return {
      states: [finding],
      told: [],
      story: {},
      words: [...words.values()],
      particulars: plainParticulars(custody_app_verification_particulars.NOTHING),
    };
  }
}

function asExpected({ shipment = "", filing = "", consignee = "", lots = [] }) {
  const { Expected } = custody_app_verification_expectations;
  return new Expected({ shipment, filing, consignee, lots: py.tuple(lots) });
}

function beside(histories, shipment, events, shown) {
  const counts = py.dict([...shown].map(([index, pair]) => [index, py.tuple(pair)]));
  const { particulars } = custody_app_verification_particulars;
  return plainParticulars(particulars(histories, shipment, events, counts));
}

function plainParticulars({ number, declaration, erased, remarks }) {
  return { number, declaration, erased, remarks: toJson(remarks) };
}

async function judged(histories, events, words, report) {
  const [states, told, numbers] = [[], [], new Map()];
  let done = events.length;
  for (const event of events) {
    const named = py.or(py.getattr(event.body, "number", ""), () => event.stream);
    if (!numbers.has(event.stream)) numbers.set(event.stream, named);
    const where = `event ${event.index} (${event.type}, ${numbers.get(event.stream)})`;
    for (const each of custody_app_judgement_judging.judge(histories, event)) {
      const finding = findingOf(each, where, words);
      (finding.step === "V7" ? states : told).push(finding);
    }
    done += 1;
    await report(done);
  }
  return { states, told };
}

function findingOf(each, where, words) {
  const [step, code] = each.kind === "state" ? ["V7", "E25"] : ["V9", each.code];
  const open = each.kind === "pack" || each.kind === "open";
  const detail = each.why.en;
  const said = ({ en, zh }) => ({ en, zh });
  words.set(JSON.stringify([code, where, detail]), [
    code,
    where,
    detail,
    said(each.why),
    said(each.fix),
  ]);
  return { step, code, where, detail, verdict: open ? "cannot_tell" : "not_genuine" };
}

// The name behind a key: the last one disclosed in its stream, else the beginning of the key id.
function printedNames(proved, disclosures) {
  const names = new Map();
  for (const { index, payload } of proved) {
    const values = disclosures.get(index);
    const value = values && Object.hasOwn(values, "printed_name") ? values.printed_name : null;
    if (typeof value === "string") names.set(py.partition(payload.stream, ":")[2], value);
  }
  return (kid) => names.get(kid) ?? kid.slice(0, 8);
}

function toJson(value) {
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof py.Dict)) return value;
  return Object.fromEntries(value.items().map(([name, each]) => [name, toJson(each)]));
}

// Title, place, why and hint of a finding in "en" or "zh"; `words` as judgeProved returns them.
function textOf(finding, lang, words = []) {
  const texts = given.findings[finding.code]?.[lang] ?? {};
  const own = words.find(
    ([code, where, detail]) =>
      code === finding.code && where === finding.where && detail === finding.detail,
  );
  let why = own === undefined ? finding.detail : own[3][lang];
  if (own === undefined && lang !== "en" && texts.why) {
    why = `${texts.why}（${detailIn(lang, finding.detail)}）`;
  }
  return {
    title: texts.title ?? finding.code,
    where: lang === "en" ? finding.where : custody_app_verification_details.place_zh(finding.where),
    why,
    hint: (own === undefined ? "" : own[4][lang]) || (texts.hint ?? ""),
  };
}

// The clause of a finding in "en" or "zh"; English where there is no other.
function detailIn(lang, detail) {
  return lang === "en" ? detail : (custody_app_verification_details.detail_zh(detail) ?? detail);
}

// The state of a stream as JSON, null when it has none: now, or before the index `below`.
function stateOf(histories, stream, below = null) {
  const state = histories.state(stream, below);
  return state === null ? null : toJson(custody_app_judgement_projecting.plain(py.asdict(state)));
}

return {
  judgeProved,
  textOf,
  detailIn,
  pack: given.pack,
  inner: { py, given, spelled, fromJson, toJson, stateOf, eventOf, modules: innerModules() },
};

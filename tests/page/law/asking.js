// Asks the law in the page what tests asked Python, for tests/page/law; loaded after the law.
//
// `record` is what recorder.py wrote: events by number, and questions with Python's answers.

const asking = (() => {
  const { py, fromJson, spelled, stateOf, modules } = law.inner;
  const { Event, Link, Signed, TYPES } = modules.custody_domain_model;
  const { fold, refusals } = modules.custody_domain_fold;
  const rules = modules.custody_rules_model;

  function eventOf(row) {
    const spec = TYPES.__getitem__(row.type);
    return new Event({
      ...row,
      signers: py.tuple(
        row.signers.map(
          ([kid, person, role, meaning]) => new Signed({ kid, person, role, meaning }),
        ),
      ),
      links: py.tuple(row.links.map(([rel, stream, head]) => new Link({ rel, stream, head }))),
      body: spec.body.model_validate(fromJson(row.body)),
      private: py.tuple(row.private),
    });
  }

  // The states of streams as `folded` gives them, for the streams of one question.
  class Told extends py.Mapping {
    constructor(streams, folded) {
      super();
      Object.assign(this, { streams, folded });
    }

    __getitem__(stream) {
      if (!Object.hasOwn(this.streams, stream)) throw new py.KeyError(stream);
      return this.folded(this.streams[stream]);
    }

    __contains__(stream) {
      return Object.hasOwn(this.streams, stream);
    }
  }

  const reasonRow = (r) => [r.code, r.where, r.why.en, r.why.zh, r.fix.en, r.fix.zh, r.source];
  const answerRow = (a) => [a.outcome, a.where, a.why.en, a.why.zh, [...a.evidence]];
  const rulingRow = (r) => [r.rule.id, r.outcome, [...r.evidence], [...r.answers].map(answerRow)];

  // Returns {asked: {what: number}, differing: [{question, here}], outcomes: {rule: {outcome: n}}}.
  function answers(record) {
    const events = record.events.map(eventOf);
    const known = new Map();
    const folded = (numbers) => {
      const key = numbers.join();
      if (!known.has(key)) known.set(key, fold(numbers.map((at) => events[at])));
      return known.get(key);
    };
    const ask = ({ what, event, streams }) => {
      const own = streams[events[event].stream] ?? [];
      const state = folded(own);
      if (what === "refusals") {
        return [...refusals(own.map((at) => events[at]), state, events[event])].map(reasonRow);
      }
      const question = new rules.Case({
        event: events[event],
        state,
        world: new Told(streams, folded),
      });
      const remarked = what === "any";
      const found = remarked ? rules._ask(what, question, law.pack) : rules.evaluate(question);
      return found.map(rulingRow);
    };
    const [asked, outcomes, differing] = [{}, {}, []];
    for (const question of record.questions) {
      let here;
      try {
        here = ask(question);
      } catch (thrown) {
        here = `${thrown.stack}`;
      }
      asked[question.what] = (asked[question.what] ?? 0) + 1;
      if (JSON.stringify(here) !== JSON.stringify(question.answer)) {
        differing.push({ question, here });
      } else if (question.what !== "refusals") {
        for (const [rule, outcome] of here) {
          outcomes[rule] ??= {};
          outcomes[rule][outcome] = (outcomes[rule][outcome] ?? 0) + 1;
        }
      }
    }
    return { asked, outcomes, differing };
  }

  // What is made of a body: its spellings, or the words against it.
  function bodyOf(name, body) {
    try {
      const made = TYPES.__getitem__(name).body.model_validate(fromJson(body));
      return { told: spelled(made.told()), plain: spelled(made.plain()) };
    } catch (thrown) {
      py.caught(thrown, py.ValidationError);
      return { errors: thrown.told.map(([place, words]) => [place.join("."), words]) };
    }
  }

  // A value of a declaration as JSON; functions and classes by their names.
  function shown(value) {
    if (typeof value === "function") return value.name;
    if (Array.isArray(value)) return value.map(shown);
    if (value instanceof py.Day) return value.toString();
    if (value instanceof py.Dict) {
      return Object.fromEntries(value.items().map(([name, part]) => [name, shown(part)]));
    }
    if (!(value instanceof py.Data)) return value;
    const names = [...value.constructor.fields.keys()];
    return Object.fromEntries(names.map((name) => [name, shown(value[name])]));
  }

  const DERIVED = ["aliases", "decisive", "takes", "settles", "correctable", "voidable"];

  function tables() {
    const types = TYPES.items().map(([name, spec]) => {
      const { meaning: _, ...row } = shown(spec);
      for (const each of DERIVED) row[each] = shown(spec[each]);
      return [name, row];
    });
    return { types: Object.fromEntries(types), rules: rules.RULES.map(shown), pack: law.pack };
  }

  // The state of its stream after each event.
  function states({ proved, persons }) {
    const { decode, Histories } = modules.custody_app_judgement_histories;
    const personOf = (kid) => persons[kid] ?? null;
    const histories = Histories.of(proved.map((entry) => decode(entry.index, entry, personOf)));
    return proved.map(({ index, payload }) => stateOf(histories, payload.stream, index + 1));
  }

  // What is made, or the name of Python's error.
  function outcome(make) {
    try {
      return make();
    } catch (thrown) {
      py.caught(thrown, py.ArithmeticError, py.ValueError, py.LookupError, py.TypeError);
      return ["raised", thrown.constructor.name];
    }
  }

  const domain = (name) => modules[`custody_domain_${name}`];
  const number = (text) => new py.Decimal(text);

  function decimals(a, b) {
    const { EXACT, added, left, plain } = domain("balance");
    const [x, y] = [number(a), number(b)];
    return [
      ...[EXACT.add(x, y), EXACT.subtract(x, y), py.STANDARD.add(x, y)].map(py.str),
      ...[added(a, b), plain(left(a, b)), py.lt(x, y), py.le(x, y), py.eq(x, y), py.truth(x)],
      ...[py.int(x), py.format(x, "f"), py.str(x), py.str(x.to_integral_value())],
      py.key(x) === py.key(y),
    ];
  }

  function decimal(text) {
    try {
      return py.str(number(text));
    } catch (thrown) {
      py.caught(thrown, py.InvalidOperation);
      return "refused";
    }
  }

  const sum = (a, b) => py.str(py.add(number(a), number(b)));

  function days(text, step, months) {
    const { add_months, add_years } = domain("calendar");
    const day = py.Day.fromisoformat(text);
    return [
      ...[py.str(day), day.weekday(), py.sub(day, new py.Day(2026, 1, 1)).days],
      outcome(() => py.str(py.add(day, new py.Span({ days: step })))),
      outcome(() => py.str(add_months(day, months))),
      outcome(() => py.str(add_years(day, py.floordiv(months, 12)))),
    ];
  }

  const base = py.Instant.fromisoformat("2026-03-01T00:00:00Z");

  const instant = (text) =>
    outcome(() => {
      const moment = py.Instant.fromisoformat(text);
      const universal = py.str(moment.astimezone(py.UTC).date());
      const apart = py.sub(moment, base).seconds;
      return [apart, py.str(moment.date()), py.lt(moment, base), universal];
    });

  const daysOf = (text) =>
    outcome(() => {
      const { _instant, days_of } = domain("values");
      return [_instant(text), ...[...days_of(text)].map(py.str)];
    });

  const dayAt = (seconds) => py.str(py.Instant.fromtimestamp(seconds, py.UTC).date());

  const forms = (text) => [
    ...["NFC", "NFKC", "NFKD"].map((form) => py.normalize(form, text)),
    domain("values")._capital(text),
  ];

  const cleaned = (text) => [
    outcome(() => domain("values").clean(text)),
    py.join("", py.split(text)),
    py.strip(text),
  ];

  const canonical = (text) => outcome(() => domain("values").canonical_number(text));
  const identifier = (name, text) => outcome(() => domain("identifier")[name](text));

  function found(module, name, texts) {
    const pattern = modules[module][name];
    return texts.map((text) => [
      [...pattern.finditer(text)].map((each) => [each.start(), each.end(), each.group()]),
      pattern.fullmatch(text) !== null,
      pattern.match(text, 1) !== null,
    ]);
  }

  const personal = (text, field, kind) => [
    ...domain("lint")._found(py.normalize("NFKC", text), field, kind),
  ];

  const told = (text) => {
    const { detail_zh, place_zh } = modules.custody_app_verification_details;
    return [detail_zh(text), place_zh(text)];
  };

  return {
    answers,
    bodyOf,
    canonical,
    cleaned,
    dayAt,
    days,
    daysOf,
    decimal,
    decimals,
    folded: py.casefold,
    forms,
    found,
    identifier,
    instant,
    personal,
    sorted: py.sorted,
    states,
    sum,
    tables,
    told,
  };
})();

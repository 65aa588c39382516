// Proved entries as events, and the beginning of a stream.

// `entry` is {index, leaf, payload, payloadText}, proved before; the body is read from the text.
written["custody.app.judgement.histories.decode"] = function decode(index, entry, person_of) {
  const payload = entry.payload;
  const where = `event ${index}`;
  const spec = custody_domain_model.TYPES.get(payload.type);
  if (spec === null) throw new py.EvidenceError("C440", { where, type: payload.type });
  let body;
  try {
    body = spec.body.model_validate(fromJson(JSON.parse(entry.payloadText).body));
  } catch (thrown) {
    py.caught(thrown, py.ValidationError);
    const said = ([place, words]) => `${place.join(".") || "body"}: ${words}`;
    const detail = thrown.told.slice(0, 5).map(said).join("; ");
    throw new py.EvidenceError("C441", { where, type: payload.type, detail });
  }
  // A value that validation would rewrite has a second spelling; only the one form counts.
  if (!entry.payloadText.startsWith(`{"body":${spelled(body.told())},"links":[`)) {
    const detail = "a value is not in its one spelling";
    throw new py.EvidenceError("C441", { where, type: payload.type, detail });
  }
  return eventOf(index, entry, body, person_of);
};

function eventOf(index, entry, body, person_of) {
  const { Event, Link, Signed } = custody_domain_model;
  const { person_stream } = custody_app_judgement_histories;
  const payload = entry.payload;
  return new Event({
    index,
    leaf: entry.leaf,
    stream: payload.stream,
    seq: payload.seq,
    type: payload.type,
    time: payload.time,
    signers: py.tuple(
      payload.signers.map(({ kid, role, meaning }) => {
        const person = person_stream(person_of(kid) ?? null);
        return new Signed({ kid, person, role, meaning });
      }),
    ),
    links: py.tuple(payload.links.map(({ rel, stream, head }) => new Link({ rel, stream, head }))),
    body,
    private: py.tuple(payload.sd),
  });
}

// The first `count` events of a stream, without copying them.
py.Beginning = class Beginning extends py.Thing {
  constructor(events, count) {
    super();
    [this.whole, this.count] = [events, count];
  }

  __getitem__(at) {
    const place = at < 0 ? this.count + at : at;
    if (place < 0 || place >= this.count) throw new py.IndexError("index out of range");
    return this.whole[place];
  }

  __len__() {
    return this.count;
  }

  __contains__(event) {
    return py.contains([...this], event);
  }

  slice(low, high) {
    return this.whole.slice(0, this.count).slice(low, high);
  }

  *[Symbol.iterator]() {
    for (let at = 0; at < this.count && at < this.whole.length; at += 1) yield this.whole[at];
  }
};
written["custody.app.judgement.histories.Beginning"] = py.Beginning;

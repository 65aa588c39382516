// Reasons and errors in the words of the catalogue.

// A reason against an item; `values` fill the placeholders of its texts.
written["custody.errors.reason"] = function reason(code, where, values) {
  const texts = given.texts[code];
  if (texts === undefined) throw new py.KeyError(code);
  const pairs = Object.entries(values).map(([name, value]) => py.tupleOf(name, py.str(value)));
  const shown = Object.fromEntries(pairs);
  const said = (name) =>
    new custody_errors.Text({
      en: py.filled(texts.en[name], shown),
      zh: py.filled(texts.zh[name], shown),
    });
  return new custody_errors.Reason({
    code,
    where,
    why: said("why"),
    fix: said("fix"),
    values: py.tuple(pairs),
  });
};

py.EvidenceError = class EvidenceError extends Raised {
  constructor(code, { where = "", ...params }) {
    super(code);
    [this.code, this.where, this.params] = [code, where, params];
  }

  // Why it does not hold, in English: findings keep one language, which can be compared.
  get why() {
    return py.filled(given.texts[this.code].en.why, this.params);
  }
};
written["custody.errors.EvidenceError"] = py.EvidenceError;
written["custody.errors.CustodyError"] = py.EvidenceError;

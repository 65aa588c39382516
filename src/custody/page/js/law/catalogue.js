// Reasons and errors in the words of the catalogue.

// A reason against an item; `values` fill the placeholders of its texts.
written["custody.errors.reason"] = function reason(code, where, values) {
  const texts = given.texts[code];
  if (texts === undefined) throw new py.KeyError(code);
  const shown = Object.fromEntries(values.items ? values.items() : Object.entries(values));
  for (const name of Object.keys(shown)) shown[name] = py.str(shown[name]);
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
    values: py.tuple(Object.entries(shown).map((pair) => Object.freeze(pair))),
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

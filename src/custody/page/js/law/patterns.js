// Regular expressions; the translator has written them so that they match what Python's match.

py.Pattern = class Pattern extends py.Thing {
  constructor(expression) {
    super();
    const { source } = expression;
    this.anywhere = new RegExp(source, "gu");
    this.here = new RegExp(source, "yu");
    this.entire = new RegExp(`^(?:${source})$`, "u");
  }

  search(text) {
    this.anywhere.lastIndex = 0;
    return matched(this.anywhere.exec(text), text);
  }

  match(text, from = 0) {
    this.here.lastIndex = [...text].slice(0, from).join("").length;
    return matched(this.here.exec(text), text);
  }

  fullmatch(text) {
    return matched(this.entire.exec(text), text);
  }

  *finditer(text) {
    this.anywhere.lastIndex = 0; // an earlier search has left its place in it
    for (const found of text.matchAll(this.anywhere)) yield matched(found, text);
  }
};

function matched(found, text) {
  return found === null ? null : new py.Match(found, text);
}

py.Match = class Match extends py.Thing {
  constructor(found, text) {
    super();
    [this.found, this.text] = [found, text];
  }

  group(number = 0) {
    return this.found[number] ?? null;
  }

  __getitem__(number) {
    return this.group(number);
  }

  // Places count characters.
  start() {
    return py.len(this.text.slice(0, this.found.index));
  }

  end() {
    return py.len(this.text.slice(0, this.found.index + this.found[0].length));
  }
};

py.resub = function resub(expression, by, text) {
  return text.replace(new RegExp(expression.source, "gu"), () => by);
};

// The first row of a table (pattern, text) whose pattern is all of `text`, its text filled in.
written["custody.app.verification.details._filled"] = function _filled(table, text) {
  for (const [pattern, said] of table) {
    const found = pattern.exec(text);
    if (found !== null) return said.replace(/\\([0-9])/g, (_, number) => found[number] ?? "");
  }
  return null;
};

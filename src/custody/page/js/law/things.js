// What everything here stands on: Python's errors, classes, and classes made of fields.
//
// `py` holds what the translated modules call. None is null; undefined never is a value: reading
// a property that is not there throws, as in Python.

const py = { types: {}, validators: {} };

class Raised extends Error {
  constructor(text = "") {
    super(text);
    this.name = new.target.name;
  }
}
py.LookupError = class LookupError extends Raised {};
py.KeyError = class KeyError extends py.LookupError {
  constructor(key) {
    super(py.repr(key));
  }
};
py.IndexError = class IndexError extends py.LookupError {};
py.ArithmeticError = class ArithmeticError extends Raised {};
py.OverflowError = class OverflowError extends py.ArithmeticError {};
py.InvalidOperation = class InvalidOperation extends py.ArithmeticError {};
py.AssertionError = class AssertionError extends Raised {};
py.TypeError = class TypeError extends Raised {};
py.ValueError = class ValueError extends Raised {};
// What Python has and this does not know how to do; nothing catches it.
py.NotCarried = class NotCarried extends Raised {};

// Throws `thrown` on unless it is of one of `kinds`: the beginning of every except clause.
py.caught = function caught(thrown, ...kinds) {
  if (!kinds.some((kind) => thrown instanceof kind)) throw thrown;
};

py.assert = function assert(holds) {
  if (!holds) throw new py.AssertionError("");
};

// The end of every prototype chain: asked only for what nobody above it has.
const nothing = new Proxy(Object.create(null), {
  get(_, name) {
    if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
    throw new Error(`there is no attribute ${name}`);
  },
  has() {
    return false;
  },
});

py.Thing = class Thing {};
Object.setPrototypeOf(py.Thing.prototype, nothing);

py.needed = Symbol("needed");

// A frozen dataclass: made from an object of its fields, equal to another with equal fields.
py.Data = class Data extends py.Thing {
  constructor(given) {
    super();
    const { layout, fields } = new.target;
    let said = 0;
    for (const [name, standard] of layout) {
      const value = given[name];
      if (value === undefined) {
        if (standard === py.needed) throw new py.TypeError(`${name} is missing`);
        this[name] = standard();
      } else {
        this[name] = value;
        said += 1;
      }
    }
    if (said === Object.keys(given).length) return;
    const unknown = Object.keys(given).find((name) => !fields.has(name));
    if (unknown !== undefined) throw new py.TypeError(`there is no field ${unknown}`);
  }
};
py.Data.fields = new Map();
py.Data.layout = [];
py.Data.compared = [];

// Declares the fields of a class, after those of its base; `unseen` ones do not count in ==.
py.data = function data(made, fields, unseen = []) {
  const base = Object.getPrototypeOf(made);
  made.fields = new Map([...base.fields, ...Object.entries(fields)]);
  made.layout = [...made.fields];
  made.compared = [...made.fields.keys()].filter((name) => !unseen.includes(name));
};

// Makes a `kind` from values in the order of its fields.
py.made = function made(kind, ...values) {
  const names = [...kind.fields.keys()];
  if (values.length > names.length) throw new py.TypeError("too many values");
  return new kind(Object.fromEntries(values.map((value, at) => [names[at], value])));
};

py.replace = function replace(thing, changes) {
  return new thing.constructor({ ...thing, ...changes });
};

py.asdict = function asdict(thing) {
  if (thing instanceof py.Data) {
    const names = [...thing.constructor.fields.keys()];
    return py.dict(names.map((name) => [name, py.asdict(thing[name])]));
  }
  if (Array.isArray(thing)) {
    const parts = thing.map(py.asdict);
    return Object.isFrozen(thing) ? Object.freeze(parts) : parts;
  }
  if (thing instanceof py.Dict) {
    return py.dict(thing.items().map(([key, value]) => [py.asdict(key), py.asdict(value)]));
  }
  return thing;
};

py.getattr = function getattr(thing, name, standard) {
  if (thing instanceof py.Thing && name in thing) return thing[name];
  if (thing !== null && !(thing instanceof py.Thing)) {
    throw new py.NotCarried(`getattr of ${typeof thing}`);
  }
  if (standard === undefined) throw new Error(`there is no attribute ${name}`);
  return standard;
};

py.hasattr = function hasattr(thing, name) {
  return thing instanceof py.Thing && name in thing;
};

// A method with its receiver, to be handed around.
py.bound = function bound(thing, name) {
  return thing[name].bind(thing);
};

// A field, or a method with its receiver: whichever `name` is of this thing.
py.either = function either(thing, name) {
  return Object.hasOwn(thing, name) || typeof thing[name] !== "function"
    ? thing[name]
    : py.bound(thing, name);
};

// The text of a member of an enumeration, which is the member itself here; or a field.
py.value = function value(thing) {
  return typeof thing === "string" ? thing : thing.value;
};

py.type = function type(thing) {
  return thing.constructor;
};

py.cache = function cache(function_) {
  const known = new Map();
  return (...given) => {
    const key = py.key(Object.freeze(given));
    if (!known.has(key)) known.set(key, function_(...given));
    return known.get(key);
  };
};

py.attrgetter = function attrgetter(name) {
  return (thing) => thing[name];
};

// Bodies of events: made from a dictionary that fits, told again as the JSON they were read from.

py.bodies = new Map();

// Describes a class of bodies: the fields of its base, some said anew, and its own after them, each
// as [name, shape, default, what else was declared beside it]. Without a default it is required.
const descriptions = new Map();

function describe(label, base, rows) {
  const fields = new Map(base === null ? [] : descriptions.get(base));
  for (const [name, check, standard = py.needed, extra = {}] of rows) {
    fields.set(name, [name, check, standard, extra]);
  }
  descriptions.set(label, fields);
}

const SAID = Symbol("the names of the fields that were given");

// Names the description of a class of bodies.
py.body = function body(kind, label) {
  kind.rows = [...descriptions.get(label).values()];
  kind.compared = kind.rows.map(([name]) => name);
  kind.known = new Set(kind.compared);
  py.bodies.set(label, kind);
};

py.ValidationError = class ValidationError extends py.ValueError {
  constructor(told) {
    super(told.map(([place, words]) => `${place.join(".")}\n  ${words}`).join("\n"));
    this.told = told;
  }

  errors() {
    return this.told.map(([place, words]) => py.dictOf(["loc", place], ["msg", words]));
  }
};

py.Body = class Frozen extends py.Thing {
  constructor(values) {
    super();
    const made = new.target.model_validate(py.dict(Object.entries(values)));
    Object.assign(this, made);
    this[SAID] = made[SAID];
  }

  static model_validate(values) {
    const told = [];
    const made =
      values instanceof py.Dict
        ? this.checked(values, [], told)
        : fails(told, [], `Input should be a valid dictionary or instance of ${this.name}`);
    if (made === unfit) throw new py.ValidationError(told);
    return made;
  }

  // A body from a dictionary; `unfit` with what is wrong added to `told`.
  static checked(values, place, told) {
    const mark = told.length;
    const made = Object.create(this.prototype);
    const said = new Set();
    for (const [name, check, standard] of this.rows) {
      const entry = values.kept.get(name);
      if (entry !== undefined) {
        made[name] = check(entry[1], [...place, name], told);
        said.add(name);
      } else if (standard === py.needed) {
        fails(told, [...place, name], "Field required");
      } else {
        made[name] = standard;
      }
    }
    for (const name of values) {
      if (!this.known.has(name)) fails(told, [...place, name], "Extra inputs are not permitted");
    }
    if (told.length > mark) return unfit;
    made[SAID] = said;
    return made;
  }

  // The fields as `TypeSpec` asks for them: what else was declared beside each.
  static get model_fields() {
    return py.dict(
      this.rows.map(([name, , , extra]) => [
        name,
        { json_schema_extra: py.dict(Object.entries(extra)) },
      ]),
    );
  }

  get __dict__() {
    return py.dict(this.constructor.compared.map((name) => [name, this[name]]));
  }

  // Exactly the fields that were given.
  told() {
    return dumped(this, (body, name) => body[SAID].has(name));
  }

  // Nothing for what was not said: no null, no empty list.
  plain() {
    return emptied(dumped(this, (body, name) => body[name] !== null));
  }
};
written["custody.domain.values.Frozen"] = py.Body;

function dumped(value, keeps) {
  if (Array.isArray(value)) return value.map((each) => dumped(each, keeps));
  if (!(value instanceof py.Body)) return value;
  const names = value.constructor.compared.filter((name) => keeps(value, name));
  return py.dict(names.map((name) => [name, dumped(value[name], keeps)]));
}

function emptied(value) {
  if (Array.isArray(value)) return value.map(emptied);
  if (!(value instanceof py.Dict)) return value;
  const kept = value.items().filter(([, each]) => !(Array.isArray(each) && each.length === 0));
  return py.dict(kept.map(([name, each]) => [name, emptied(each)]));
}

// JSON as Python reads it: objects become dictionaries, in the order of their names.
function fromJson(value) {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value).sort(py.order);
  return py.dict(names.map((name) => [name, fromJson(value[name])]));
}

// Canonical JSON of a value that is known to lie within its profile.
function spelled(value) {
  if (Array.isArray(value)) return `[${value.map(spelled).join(",")}]`;
  if (!(value instanceof py.Dict)) return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${spelled(value.get(name))}`;
  return `{${[...value].sort(py.order).map(member).join(",")}}`;
}

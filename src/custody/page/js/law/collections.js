// Tuples, lists, dictionaries and sets. A list is an array, a tuple a frozen array.
//
// Keys are equal as in Python: 1 and true are one key, tuples and dataclasses count by what they
// hold. Order is that of insertion; where Python's sets have none, nobody may rely on it.

py.Mapping = class Mapping extends py.Thing {
  get(key, standard = null) {
    try {
      return this.__getitem__(key);
    } catch (thrown) {
      py.caught(thrown, py.KeyError);
      return standard;
    }
  }

  __contains__(key) {
    try {
      this.__getitem__(key);
    } catch (thrown) {
      py.caught(thrown, py.KeyError);
      return false;
    }
    return true;
  }
};

const identities = new Map();

function identity(thing) {
  if (!identities.has(thing)) identities.set(thing, identities.size);
  return identities.get(thing);
}

// What a value counts as when it is a key of a Map.
py.key = function key(value) {
  if (typeof value === "string") return value.startsWith("\u0001") ? `\u0001s${value}` : value;
  if (typeof value === "number" || value === null || typeof value === "function") return value;
  if (typeof value === "boolean") return Number(value);
  if (Array.isArray(value)) {
    if (!Object.isFrozen(value)) throw new py.TypeError("unhashable type: 'list'");
    return `\u0001(${value.map(part).join(",")})`;
  }
  if (value instanceof py.Data || value instanceof py.Body) {
    const names = value.constructor.compared;
    const parts = names.map((name) => part(value[name]));
    return `\u0001<${identity(value.constructor)}>${parts.join(",")})`;
  }
  if (value.hashed !== undefined) return value.hashed();
  throw new py.TypeError("unhashable type");
};

function part(value) {
  const own = py.key(value);
  return typeof own === "string" ? JSON.stringify(own) : String(own);
}

py.Dict = class Dict extends py.Mapping {
  constructor() {
    super();
    this.kept = new Map();
  }

  get size() {
    return this.kept.size;
  }

  get(key, standard = null) {
    const found = this.kept.get(py.key(key));
    return found === undefined ? standard : found[1];
  }

  __getitem__(key) {
    const found = this.kept.get(py.key(key));
    if (found === undefined) throw new py.KeyError(key);
    return found[1];
  }

  __contains__(key) {
    return this.kept.has(py.key(key));
  }

  __setitem__(key, value) {
    const own = py.key(key);
    const found = this.kept.get(own);
    if (found === undefined) this.kept.set(own, [key, value]);
    else found[1] = value;
  }

  __delitem__(key) {
    if (!this.kept.delete(py.key(key))) throw new py.KeyError(key);
  }

  pop(key, standard) {
    const own = py.key(key);
    const found = this.kept.get(own);
    if (found === undefined) {
      if (standard === undefined) throw new py.KeyError(key);
      return standard;
    }
    this.kept.delete(own);
    return found[1];
  }

  popitem({ last = true }) {
    const pairs = this.items();
    if (pairs.length === 0) throw new py.KeyError("dictionary is empty");
    const pair = last ? pairs[pairs.length - 1] : pairs[0];
    this.__delitem__(pair[0]);
    return pair;
  }

  move_to_end(key) {
    const value = this.pop(key);
    this.__setitem__(key, value);
    return null;
  }

  setdefault(key, standard = null) {
    if (!this.__contains__(key)) this.__setitem__(key, standard);
    return this.__getitem__(key);
  }

  update(other) {
    for (const [key, value] of py.items(other)) this.__setitem__(key, value);
    return null;
  }

  items() {
    return [...this.kept.values()].map(([key, value]) => Object.freeze([key, value]));
  }

  keys() {
    return py.set([...this.kept.values()].map(([key]) => key));
  }

  values() {
    return [...this.kept.values()].map(([, value]) => value);
  }

  *[Symbol.iterator]() {
    for (const [key] of this.kept.values()) yield key;
  }
};

py.Set = class Set extends py.Thing {
  constructor() {
    super();
    this.kept = new Map();
  }

  get size() {
    return this.kept.size;
  }

  add(value) {
    const own = py.key(value);
    if (!this.kept.has(own)) this.kept.set(own, value);
    return null;
  }

  __contains__(value) {
    return this.kept.has(py.key(value));
  }

  intersection(items) {
    return py.and_(this, py.set(items));
  }

  within(other) {
    return [...this.kept.keys()].every((key) => other.kept.has(key));
  }

  [Symbol.iterator]() {
    return this.kept.values();
  }
};

py.tupleOf = function tupleOf(...parts) {
  return Object.freeze(parts);
};

py.tuple = function tuple(items = []) {
  return Object.freeze([...py.iter(items)]);
};

py.list = function list(items = []) {
  return [...py.iter(items)];
};

py.setOf = function setOf(...parts) {
  return py.set(parts);
};

py.set = function set(items = []) {
  const made = new py.Set();
  for (const item of py.iter(items)) made.add(item);
  return made;
};
py.frozenset = py.set;

py.dictOf = function dictOf(...pairs) {
  return py.dict(pairs);
};

py.dict = function dict(pairs = []) {
  const made = new py.Dict();
  if (pairs instanceof py.Dict) made.update(pairs);
  else for (const [key, value] of py.iter(pairs)) made.__setitem__(key, value);
  return made;
};

py.fromkeys = function fromkeys(keys, value = null) {
  const made = new py.Dict();
  for (const key of py.iter(keys)) made.__setitem__(key, value);
  return made;
};

py.items = function items(mapping) {
  return mapping.items();
};

// A dictionary of texts as an object, for arguments by name.
py.named = function named(mapping) {
  return Object.fromEntries(mapping.items());
};

py.getitem = function getitem(owner, at) {
  if (typeof owner !== "string" && typeof owner !== "object") unsubscriptable();
  if (typeof owner === "string" || Array.isArray(owner)) {
    const parts = typeof owner === "string" && beyondPlane(owner) ? [...owner] : owner;
    const place = Number(at) < 0 ? parts.length + Number(at) : Number(at);
    if (!Number.isInteger(place)) throw new py.TypeError("indices must be integers");
    if (place < 0 || place >= parts.length) throw new py.IndexError("index out of range");
    return parts[place];
  }
  if (owner === null) unsubscriptable();
  return owner.__getitem__(at);
};

function unsubscriptable() {
  throw new py.TypeError("object is not subscriptable");
}

py.setitem = function setitem(owner, at, value) {
  if (Array.isArray(owner)) {
    py.getitem(owner, at);
    owner[at < 0 ? owner.length + at : at] = value;
  } else {
    owner.__setitem__(at, value);
  }
};

py.delitem = function delitem(owner, at) {
  if (Array.isArray(owner)) {
    py.getitem(owner, at);
    owner.splice(at < 0 ? owner.length + at : at, 1);
  } else {
    owner.__delitem__(at);
  }
};

// Whether a text holds characters that are two units here and one in Python.
function beyondPlane(text) {
  return /[\ud800-\udfff]/.test(text);
}

py.slice = function slice(owner, low, high) {
  if (owner === null || typeof owner === "number" || typeof owner === "boolean") unsubscriptable();
  if (typeof owner === "string" && beyondPlane(owner)) {
    return [...owner].slice(low ?? 0, high ?? undefined).join("");
  }
  const found = owner.slice(low ?? 0, high ?? undefined);
  return Array.isArray(found) && Object.isFrozen(owner) ? Object.freeze(found) : found;
};

py.backwards = function backwards(owner) {
  if (typeof owner === "string") return [...owner].reverse().join("");
  const found = [...owner].reverse();
  return Object.isFrozen(owner) ? Object.freeze(found) : found;
};

py.append = function append(owner, value) {
  owner.push(value);
  return null;
};

py.pop = function pop(owner, ...given) {
  if (!Array.isArray(owner)) return owner.pop(...given);
  const at = given.length === 0 ? owner.length - 1 : given[0];
  const found = py.getitem(owner, at);
  py.delitem(owner, at);
  return found;
};

py.index = function index(owner, wanted) {
  const parts = [...py.iter(owner)];
  const at = parts.findIndex((part) => py.eq(part, wanted));
  if (at < 0) throw new py.ValueError("is not in list");
  return at;
};

py.bisect_left = function bisect_left(items, wanted, key = (item) => item) {
  let [low, high] = [0, py.len(items)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (py.lt(key(py.getitem(items, middle)), wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
};

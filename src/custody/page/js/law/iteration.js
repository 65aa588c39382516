// Going through things, lazily where Python is lazy: who stops early asks for nothing more.

py.iter = function iter(items) {
  if (items === null || items === undefined || items[Symbol.iterator] === undefined) {
    if (items instanceof py.Thing && "__iter__" in items) return py.iter(items.__iter__());
    throw new py.TypeError("is not iterable");
  }
  return items;
};

py.iterator = function iterator(items) {
  return py.iter(items)[Symbol.iterator]();
};

py.next = function next(items, standard) {
  const { done, value } = items.next();
  if (!done) return value;
  if (standard === undefined) throw new Error("there is no next one");
  return standard;
};

// A comprehension over one source: `make` of each item for which `only` holds.
py.each = function each(items, make, only) {
  return eachOf(py.iter(items), make, only);
};

function* eachOf(items, make, only) {
  for (const item of items) {
    if (only === undefined || only(item)) yield make(item);
  }
}

py.map = function map(make, items) {
  return eachOf(py.iter(items), make, undefined);
};

py.any = function any(items) {
  for (const item of py.iter(items)) if (py.truth(item)) return true;
  return false;
};

py.all = function all(items) {
  for (const item of py.iter(items)) if (!py.truth(item)) return false;
  return true;
};

py.sum = function sum(items) {
  let total = 0;
  for (const item of py.iter(items)) total = py.add(total, item);
  return total;
};

py.len = function len(items) {
  if (typeof items === "string") return beyondPlane(items) ? [...items].length : items.length;
  if (Array.isArray(items)) return items.length;
  if (items instanceof py.Dict || items instanceof py.Set) return items.size;
  if (items instanceof py.Thing && "__len__" in items) return items.__len__();
  throw new py.TypeError("has no len()");
};

py.sorted = function sorted(items, { key = null } = {}) {
  const found = [...py.iter(items)];
  if (key === null) return found.sort(py.order);
  return found
    .map((item) => [key(item), item])
    .sort((a, b) => py.order(a[0], b[0]))
    .map(([, item]) => item);
};

py.reversed = function reversed(items) {
  const found = typeof items === "string" ? [...items] : [...py.iter(items)];
  return found.reverse()[Symbol.iterator]();
};

py.enumerate = function* enumerate(items) {
  let at = 0;
  for (const item of py.iter(items)) {
    yield Object.freeze([at, item]);
    at += 1;
  }
};

py.range = function range(...given) {
  const [low, high] = given.length === 1 ? [0, given[0]] : given;
  return Array.from({ length: Math.max(0, high - low) }, (_, at) => low + at);
};

// The one that stands first (`sign` -1) or last (1) of arguments or of one collection.
function extreme(sign, given) {
  const last = given[given.length - 1];
  const named = last !== null && typeof last === "object" && last.constructor === Object;
  const { key = null, default: standard } = named ? last : {};
  const plain = named ? given.slice(0, -1) : given;
  const items = plain.length === 1 ? [...py.iter(plain[0])] : plain;
  if (items.length === 0) {
    if (standard === undefined) throw new py.ValueError("arg is an empty sequence");
    return standard;
  }
  const weighed = (item) => (key === null ? item : key(item));
  return items.reduce((best, item) =>
    sign * py.order(weighed(item), weighed(best)) > 0 ? item : best,
  );
}

py.max = function max(...given) {
  return extreme(1, given);
};

py.min = function min(...given) {
  return extreme(-1, given);
};

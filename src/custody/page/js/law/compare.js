// Truth, equality, order and membership, by value as in Python.

py.truth = function truth(value) {
  if (typeof value === "boolean") return value;
  if (value === null) return false;
  if (typeof value === "string") return value !== "";
  if (typeof value === "number") return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof py.Dict || value instanceof py.Set) return value.size > 0;
  if (value instanceof py.Decimal || value instanceof py.Span) return !value.isZero;
  if (value === undefined) throw new Error("nothing was given");
  if (value instanceof py.Thing && "__len__" in value) return value.__len__() > 0;
  return true;
};

// The value of `first and …`: the first operand that is not true, or the last.
py.and = function and(first, ...others) {
  let value = first;
  for (const next of others) {
    if (!py.truth(value)) return value;
    value = next();
  }
  return value;
};

py.or = function or(first, ...others) {
  let value = first;
  for (const next of others) {
    if (py.truth(value)) return value;
    value = next();
  }
  return value;
};

function isNumber(value) {
  return typeof value === "number" || typeof value === "boolean";
}

py.eq = function eq(a, b) {
  if (a === b) return true;
  if (a === undefined || b === undefined) throw new Error("nothing was given");
  if (a === null || b === null) return false;
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b);
  if (a instanceof py.Decimal || b instanceof py.Decimal) {
    const [x, y] = [py.Decimal.from(a), py.Decimal.from(b)];
    return x !== null && y !== null && x.compared(y) === 0;
  }
  if (typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return false;
    if (Object.isFrozen(a) !== Object.isFrozen(b) || a.length !== b.length) return false;
    return a.every((part, at) => py.eq(part, b[at]));
  }
  if (a.constructor !== b.constructor) return false;
  if (a instanceof py.Data || a instanceof py.Body) {
    return a.constructor.compared.every((name) => py.eq(a[name], b[name]));
  }
  if (a instanceof py.Set) return a.size === b.size && a.within(b);
  if (a instanceof py.Dict) {
    if (a.size !== b.size) return false;
    return a.items().every(([key, value]) => b.__contains__(key) && py.eq(value, b.get(key)));
  }
  return a.compared !== undefined && a.compared(b) === 0;
};

// Texts by code point: units of two halves of a character come after all others.
function byCodePoint(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) {
      const apart = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
      return apart(x) - apart(y);
    }
  }
  return a.length - b.length;
}

// Negative, zero or positive, as `a` stands before, at or after `b`.
py.order = function order(a, b) {
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (typeof a === "string" && typeof b === "string") return byCodePoint(a, b);
  if (Array.isArray(a) && Array.isArray(b) && Object.isFrozen(a) === Object.isFrozen(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      if (!py.eq(a[at], b[at])) return py.order(a[at], b[at]);
    }
    return a.length - b.length;
  }
  if (a instanceof py.Decimal || b instanceof py.Decimal) {
    const [x, y] = [py.Decimal.from(a), py.Decimal.from(b)];
    if (x !== null && y !== null) return x.compared(y);
  } else if (a !== null && b !== null && a.constructor === b.constructor && a.compared) {
    return a.compared(b);
  }
  throw new py.TypeError("these two have no order");
};

py.lt = function lt(a, b) {
  if (a instanceof py.Set && b instanceof py.Set) return a.size < b.size && a.within(b);
  return py.order(a, b) < 0;
};

py.le = function le(a, b) {
  if (a instanceof py.Set && b instanceof py.Set) return a.within(b);
  return py.order(a, b) <= 0;
};

py.gt = function gt(a, b) {
  return py.lt(b, a);
};

py.ge = function ge(a, b) {
  return py.le(b, a);
};

py.contains = function contains(owner, wanted) {
  if (typeof owner === "string") {
    if (typeof wanted !== "string") throw new py.TypeError("'in <string>' requires string");
    return owner.includes(wanted);
  }
  if (Array.isArray(owner)) return owner.some((part) => py.eq(part, wanted));
  if (owner instanceof py.Thing && "__contains__" in owner) return owner.__contains__(wanted);
  for (const part of py.iter(owner)) if (py.eq(part, wanted)) return true;
  return false;
};

// isinstance: classes here, and tests for what is no class here.
py.is = function is(value, ...kinds) {
  return kinds.some((kind) => {
    if (typeof kind === "function") return value instanceof kind;
    return Array.isArray(kind) ? py.is(value, ...kind) : kind.holds(value);
  });
};

py.types.str = { holds: (value) => typeof value === "string" };
py.types.bool = { holds: (value) => typeof value === "boolean" };
py.types.int = { holds: isNumber };
py.types.tuple = { holds: (value) => Array.isArray(value) && Object.isFrozen(value) };
py.types.list = { holds: (value) => Array.isArray(value) && !Object.isFrozen(value) };
py.types.dict = py.Dict;
py.types.set = py.Set;
py.Sequence = {
  holds: (value) =>
    Array.isArray(value) || typeof value === "string" || value instanceof py.Beginning,
};

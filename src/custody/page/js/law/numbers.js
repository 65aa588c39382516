// Whole numbers, and the operators, which go by what they are given.

function whole(value) {
  if (!Number.isSafeInteger(value)) throw new py.NotCarried("a number beyond 2^53");
  return value;
}

function either(a, b, kind) {
  return a instanceof kind || b instanceof kind;
}

py.add = function add(a, b) {
  if (isNumber(a) && isNumber(b)) return whole(Number(a) + Number(b));
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b) && Object.isFrozen(a) === Object.isFrozen(b)) {
    return Object.isFrozen(a) ? Object.freeze([...a, ...b]) : [...a, ...b];
  }
  if (either(a, b, py.Decimal)) return py.STANDARD.add(a, b);
  if (a instanceof py.Span && !(b instanceof py.Span)) return b.plus(a);
  if (a instanceof py.Thing && b instanceof py.Span) return a.plus(b);
  throw new py.TypeError("unsupported operand type(s) for +");
};

py.sub = function sub(a, b) {
  if (isNumber(a) && isNumber(b)) return whole(Number(a) - Number(b));
  if (either(a, b, py.Decimal)) return py.STANDARD.subtract(a, b);
  if (a instanceof py.Set && b instanceof py.Set) {
    return py.set([...a].filter((item) => !b.__contains__(item)));
  }
  if (a instanceof py.Thing && b instanceof py.Thing) return a.minus(b);
  throw new py.TypeError("unsupported operand type(s) for -");
};

py.mul = function mul(a, b) {
  if (isNumber(a) && isNumber(b)) return whole(Number(a) * Number(b));
  throw new py.NotCarried("this multiplication");
};

py.floordiv = function floordiv(a, b) {
  if (a instanceof py.Span && b instanceof py.Span) return Math.floor(a.seconds / b.seconds);
  if (isNumber(a) && isNumber(b) && Number(b) !== 0) return Math.floor(Number(a) / Number(b));
  throw new py.NotCarried("this division");
};

py.mod = function mod(a, b) {
  if (!isNumber(a) || !isNumber(b) || Number(b) === 0) throw new py.NotCarried("this remainder");
  const [x, y] = [Number(a), Number(b)];
  return x - Math.floor(x / y) * y;
};

py.divmod = function divmod(a, b) {
  return py.tupleOf(py.floordiv(a, b), py.mod(a, b));
};

py.neg = function neg(a) {
  if (a instanceof py.Span) return new py.Span({ seconds: -a.seconds });
  if (!isNumber(a)) throw new py.NotCarried("this sign");
  return 0 - Number(a);
};

py.abs = function abs(a) {
  if (!isNumber(a)) throw new py.NotCarried("this size");
  return Math.abs(Number(a));
};

py.or_ = function or_(a, b) {
  if (a instanceof py.Set && b instanceof py.Set) return py.set([...a, ...b]);
  throw new py.TypeError("unsupported operand type(s) for |");
};

py.and_ = function and_(a, b) {
  if (a instanceof py.Set && b instanceof py.Set) {
    return py.set([...a].filter((item) => b.__contains__(item)));
  }
  if (typeof a === "number" && typeof b === "number") return Number(BigInt(a) & BigInt(b));
  throw new py.TypeError("unsupported operand type(s) for &");
};

// `a += b`: a list grows, everything else is made anew.
py.iadd = function iadd(a, b) {
  if (!Array.isArray(a) || Object.isFrozen(a)) return py.add(a, b);
  for (const item of b === a ? [...a] : py.iter(b)) a.push(item);
  return a;
};

// `a |= b`: a set grows.
py.ior = function ior(a, b) {
  if (!(a instanceof py.Set) || !(b instanceof py.Set)) return py.or_(a, b);
  for (const item of b) a.add(item);
  return a;
};

py.bool = py.truth;

py.int = function int(value) {
  if (isNumber(value)) return Number(value);
  if (value instanceof py.Decimal) return value.whole();
  if (typeof value === "string" && /^[+-]?[0-9]+(?:_[0-9]+)*$/.test(py.strip(value))) {
    return whole(Number(py.strip(value).replaceAll("_", "")));
  }
  throw new py.ValueError(`invalid literal for int() with base 10: ${py.repr(value)}`);
};

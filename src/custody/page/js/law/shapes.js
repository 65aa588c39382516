// What a value in a body may be. Each shape checks a value as pydantic does, in its lax mode, and
// says in pydantic's words what does not fit: `told` gathers [place, words], and the answer is then
// `unfit`.

const unfit = Symbol("unfit");
const shape = {};
const kinds = {}; // shapes by the names they have in Python

function fails(told, place, words) {
  told.push([place, words]);
  return unfit;
}

shape.str = (value, place, told) =>
  typeof value === "string" ? value : fails(told, place, "Input should be a valid string");

shape.int = (low, high) => (value, place, told) => {
  const number = readInteger(value);
  if (typeof number === "string") return fails(told, place, number);
  if (low !== null && number < low) {
    return fails(told, place, `Input should be greater than or equal to ${low}`);
  }
  if (high !== null && number > high) {
    return fails(told, place, `Input should be less than or equal to ${high}`);
  }
  return number;
};

const MOST_DIGITS = 4300;
// What Unicode calls white space; fewer characters than str.strip takes away.
const WHITE = SPACE.replace("\\x1c-\\x20", "\\x20");
const AROUND = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, "gu");

// The number, or the words against it.
function readInteger(value) {
  if (isNumber(value)) return Number(value);
  if (typeof value !== "string") return "Input should be a valid integer";
  const found = /^([+-]?[0-9]+(?:_[0-9]+)*)(?:\.0+)?$/.exec(value.replace(AROUND, ""));
  if (found === null) {
    return "Input should be a valid integer, unable to parse string as an integer";
  }
  const digits = found[1].replaceAll("_", "");
  if (digits.replace(/^[+-]?0*/, "").length <= MOST_DIGITS) return Number(digits);
  return "Unable to parse input string as an integer, exceeded maximum size";
}

const TRUE = ["1", "on", "t", "true", "y", "yes"];
const FALSE = ["0", "f", "false", "n", "no", "off"];

shape.bool = (value, place, told) => {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string" && typeof value !== "number") {
    return fails(told, place, "Input should be a valid boolean");
  }
  const said = String(value).toLowerCase();
  if (TRUE.includes(said)) return true;
  if (FALSE.includes(said)) return false;
  return fails(told, place, "Input should be a valid boolean, unable to interpret input");
};

shape.literal = (...allowed) => {
  const shown = allowed.map((each) => `'${each}'`);
  const last = shown.pop();
  const words = `Input should be ${shown.length ? `${shown.join(", ")} or ${last}` : last}`;
  return (value, place, told) => (allowed.includes(value) ? value : fails(told, place, words));
};

shape.pattern = (inner, expression, text) => {
  const words = `String should match pattern '${text}'`;
  return (value, place, told) => {
    const found = inner(value, place, told);
    if (found === unfit || expression.test(found)) return found;
    return fails(told, place, words);
  };
};

function items(count) {
  return `${count} item${count === 1 ? "" : "s"}`;
}

shape.least = (inner, least) => (value, place, told) => {
  const found = inner(value, place, told);
  if (found === unfit || py.len(found) >= least) return found;
  const words = `Value should have at least ${items(least)} after validation`;
  return fails(told, place, `${words}, not ${py.len(found)}`);
};

shape.most = (inner, most) => (value, place, told) => {
  const found = inner(value, place, told);
  if (found === unfit || py.len(found) <= most) return found;
  const words = `Value should have at most ${items(most)} after validation`;
  return fails(told, place, `${words}, not ${py.len(found)}`);
};

// A function of the domain after (or before) the check; what it refuses, it says itself.
shape.after = (inner, name) => (value, place, told) => {
  const found = inner(value, place, told);
  return found === unfit ? found : asked(name, found, place, told);
};

shape.before = (inner, name) => (value, place, told) => {
  const found = asked(name, value, place, told);
  return found === unfit ? found : inner(found, place, told);
};

function asked(name, value, place, told) {
  try {
    return py.validators[name](value);
  } catch (thrown) {
    py.caught(thrown, py.ValueError);
    return fails(told, place, `Value error, ${thrown.message}`);
  }
}

shape.optional = (inner) => (value, place, told) =>
  value === null ? null : inner(value, place, told);

// Of plain types: what is of one of them stays as it is.
shape.union = (...names) => {
  const words = { str: "string", int: "integer", bool: "boolean" };
  const types = { str: "string", int: "number", bool: "boolean" };
  return (value, place, told) => {
    if (names.some((name) => typeof value === types[name])) return value;
    for (const name of names) {
      told.push([[...place, name], `Input should be a valid ${words[name]}`]);
    }
    return unfit;
  };
};

shape.tuple = (inner, least, most) => (value, place, told) => {
  if (!Array.isArray(value)) return fails(told, place, "Input should be a valid tuple");
  const mark = told.length;
  const found = [];
  for (const [at, each] of value.entries()) {
    const made = inner(each, [...place, at], told);
    if (made === unfit) continue;
    found.push(made);
    if (found.length > most) {
      told.length = mark;
      const words = `Tuple should have at most ${items(most)} after validation`;
      return fails(told, place, `${words}, not ${value.length}`);
    }
  }
  if (found.length < least) {
    const words = `Tuple should have at least ${items(least)} after validation`;
    return fails(told, place, `${words}, not ${found.length}`);
  }
  return told.length > mark ? unfit : Object.freeze(found);
};

shape.body = (label) => (value, place, told) => {
  const kind = py.bodies.get(label);
  if (value instanceof kind) return value;
  if (value instanceof py.Dict) return kind.checked(value, place, told);
  const words = `Input should be a valid dictionary or instance of ${kind.name}`;
  return fails(told, place, words);
};

// Exact decimals after the General Decimal Arithmetic Specification, as far as amounts need them:
// reading, comparing, adding, subtracting, writing. A number is sign, digits and exponent.

py.Context = class Context extends py.Thing {
  constructor({ prec }) {
    super();
    this.prec = prec;
  }

  add(a, b) {
    const [x, y] = [operand(a), operand(b)];
    const exponent = Math.min(x.exponent, y.exponent);
    const total = x.scaled(exponent) + y.scaled(exponent);
    if (total === 0n) return new py.Decimal([x.negative && y.negative, 0n, exponent]);
    const negative = total < 0n;
    return this.rounded(negative, negative ? -total : total, exponent);
  }

  subtract(a, b) {
    const y = operand(b);
    return this.add(a, new py.Decimal([!y.negative, y.digits, y.exponent]));
  }

  // To `prec` digits, halves to the even digit.
  rounded(negative, digits, exponent) {
    const beyond = String(digits).length - this.prec;
    if (beyond <= 0) return new py.Decimal([negative, digits, exponent]);
    const kept = halfEven(digits, 10n ** BigInt(beyond));
    return this.rounded(negative, kept, exponent + beyond);
  }
};
py.STANDARD = new py.Context({ prec: 28 });

function halfEven(digits, unit) {
  const [kept, rest] = [digits / unit, digits % unit];
  const up = rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n);
  return up ? kept + 1n : kept;
}

function operand(value) {
  const found = py.Decimal.from(value);
  if (found === null) throw new py.TypeError("unsupported operand type(s)");
  return found;
}

py.Decimal = class Decimal extends py.Thing {
  constructor(value) {
    super();
    [this.negative, this.digits, this.exponent] = Array.isArray(value) ? value : read(value);
  }

  // The number as a Decimal; null when it is not one and does not become one by itself.
  static from(value) {
    if (value instanceof Decimal) return value;
    return isNumber(value) ? new Decimal(value) : null;
  }

  get isZero() {
    return this.digits === 0n;
  }

  // The signed digits at a smaller exponent.
  scaled(exponent) {
    const size = this.digits * 10n ** BigInt(this.exponent - exponent);
    return this.negative ? -size : size;
  }

  compared(other) {
    const exponent = Math.min(this.exponent, other.exponent);
    const apart = this.scaled(exponent) - other.scaled(exponent);
    return apart < 0n ? -1 : Number(apart > 0n);
  }

  hashed() {
    let [digits, exponent] = [this.digits, this.exponent];
    while (digits !== 0n && digits % 10n === 0n) [digits, exponent] = [digits / 10n, exponent + 1];
    if (digits === 0n) return 0;
    const sign = this.negative ? -1 : 1;
    if (exponent >= 0 && exponent < 15) return sign * Number(digits * 10n ** BigInt(exponent));
    return `\u0001D${sign}:${digits}:${exponent}`;
  }

  to_integral_value() {
    if (this.exponent >= 0) return this;
    const kept = halfEven(this.digits, 10n ** BigInt(-this.exponent));
    return new Decimal([this.negative, kept, 0]);
  }

  // int(): towards zero.
  whole() {
    const size =
      this.exponent >= 0
        ? this.digits * 10n ** BigInt(this.exponent)
        : this.digits / 10n ** BigInt(-this.exponent);
    return whole(Number(this.negative ? -size : size));
  }

  // format(…, "f"): never an exponent.
  fixed() {
    const sign = this.negative ? "-" : "";
    if (this.exponent >= 0) {
      const zeros = this.digits === 0n ? "" : "0".repeat(this.exponent);
      return sign + String(this.digits) + zeros;
    }
    const digits = String(this.digits).padStart(1 - this.exponent, "0");
    return `${sign}${digits.slice(0, this.exponent)}.${digits.slice(this.exponent)}`;
  }

  toString() {
    const digits = String(this.digits);
    const adjusted = this.exponent + digits.length - 1;
    if (this.exponent <= 0 && adjusted >= -6) return this.fixed();
    const sign = this.negative ? "-" : "";
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${point}E${adjusted >= 0 ? "+" : ""}${adjusted}`;
  }
};

function read(value) {
  if (isNumber(value)) return [Number(value) < 0, BigInt(Math.abs(Number(value))), 0];
  const found = /^([+-]?)([0-9]+)(?:\.([0-9]*))?$/.exec(value);
  if (found === null) {
    throw new py.InvalidOperation("[<class 'decimal.ConversionSyntax'>]");
  }
  const after = found[3] ?? "";
  return [found[1] === "-", BigInt(found[2] + after), -after.length || 0];
}

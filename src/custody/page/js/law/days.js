// Days, instants and spans of time, in the proleptic Gregorian calendar; seconds are the finest.

const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY = 86400;

const OFFSET =
  "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)";

// A span as Python shows it.
function spanText(span) {
  const parts = [`days=${span.days}`, `seconds=${span.seconds - span.days * DAY}`];
  return `datetime.timedelta(${parts.filter((part) => !part.endsWith("=0")).join(", ")})`;
}

function isLeap(year) {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysOf(year, month) {
  return month === 2 && isLeap(year) ? 29 : MONTHS[month - 1];
}

// Days from 0001-01-01, which is 1.
function ordinalOf(year, month, day) {
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100);
  days += Math.floor(before / 400);
  for (let each = 1; each < month; each += 1) days += daysOf(year, each);
  return days + day;
}

py.Span = class Span extends py.Thing {
  constructor({ days = 0, hours = 0, minutes = 0, seconds = 0, ...finer }) {
    super();
    if (Object.keys(finer).length > 0) throw new py.NotCarried("a span of another unit");
    this.seconds = days * DAY + hours * 3600 + minutes * 60 + seconds;
  }

  get days() {
    return Math.floor(this.seconds / DAY);
  }

  get isZero() {
    return this.seconds === 0;
  }

  compared(other) {
    return this.seconds - other.seconds;
  }

  hashed() {
    return `\u0001T${this.seconds}`;
  }

  plus(other) {
    return new Span({ seconds: this.seconds + other.seconds });
  }

  minus(other) {
    return new Span({ seconds: this.seconds - other.seconds });
  }
};

py.Day = class Day extends py.Thing {
  constructor(year, month, day) {
    super();
    if (year < 1 || year > 9999) throw new py.ValueError(`year ${year} is out of range`);
    if (month < 1 || month > 12) throw new py.ValueError("month must be in 1..12");
    if (day < 1 || day > daysOf(year, month)) {
      throw new py.ValueError("day is out of range for month");
    }
    [this.year, this.month, this.day] = [year, month, day];
  }

  static fromisoformat(text) {
    const found = /^([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2}))$/.exec(text);
    if (found === null) throw new py.ValueError(`Invalid isoformat string: ${py.repr(text)}`);
    return new Day(Number(found[1]), Number(found[2] ?? found[4]), Number(found[3] ?? found[5]));
  }

  // The day of that number, as `ordinal` counts.
  static numbered(ordinal) {
    let year = Math.max(1, Math.floor(ordinal / 365.2425));
    while (ordinal >= ordinalOf(year + 1, 1, 1)) year += 1;
    let rest = ordinal - ordinalOf(year, 1, 1) + 1;
    if (rest < 1 || year > 9999) throw new py.OverflowError("date value out of range");
    let month = 1;
    while (rest > daysOf(year, month)) {
      rest -= daysOf(year, month);
      month += 1;
    }
    return new Day(year, month, rest);
  }

  get ordinal() {
    return ordinalOf(this.year, this.month, this.day);
  }

  compared(other) {
    return this.ordinal - other.ordinal;
  }

  hashed() {
    return `\u0001d${this.ordinal}`;
  }

  weekday() {
    return (this.ordinal + 6) % 7;
  }

  replace({ year = this.year, month = this.month, day = this.day }) {
    return new Day(year, month, day);
  }

  plus(span) {
    return Day.numbered(this.ordinal + span.days);
  }

  minus(other) {
    if (other instanceof py.Span) return Day.numbered(this.ordinal - other.days);
    return new py.Span({ days: this.ordinal - other.ordinal });
  }

  toString() {
    const [year, month, day] = [this.year, this.month, this.day].map(String);
    return `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  }
};

const CLOCK = /^T([0-9]{2}):([0-9]{2}):([0-9]{2})(Z|([+-])([0-9]{2}):([0-9]{2}))?$/;

py.UTC = 0; // a zone is its offset in seconds

// An instant with its local day and clock. `offset` is null when no zone was said.
py.Instant = class Instant extends py.Thing {
  constructor(day, clock, offset) {
    super();
    [this.day_, this.clock, this.offset] = [day, clock, offset];
  }

  static fromisoformat(text) {
    const found = CLOCK.exec(text.slice(10));
    if (found === null) throw new py.ValueError(`Invalid isoformat string: ${py.repr(text)}`);
    const [hour, minute, second] = found.slice(1, 4).map(Number);
    let offset = found[4] === undefined ? null : 0;
    if (found[5] !== undefined) {
      const size = Number(found[6]) * 3600 + Number(found[7]) * 60;
      if (size >= DAY) {
        const span = new py.Span({ seconds: found[5] === "-" ? -size : size });
        throw new py.ValueError(`${OFFSET}, not ${spanText(span)}.`);
      }
      offset = found[5] === "-" ? -size : size;
    }
    const day = py.Day.fromisoformat(text.slice(0, 10));
    if (hour > 23) throw new py.ValueError("hour must be in 0..23");
    if (minute > 59) throw new py.ValueError("minute must be in 0..59");
    if (second > 59) throw new py.ValueError("second must be in 0..59");
    return new Instant(day, hour * 3600 + minute * 60 + second, offset);
  }

  static fromtimestamp(seconds, offset) {
    return Instant.at(ordinalOf(1970, 1, 1) * DAY + seconds + offset, offset);
  }

  // The instant whose `local` is given.
  static at(local, offset) {
    const days = Math.floor(local / DAY);
    return new Instant(py.Day.numbered(days), local - days * DAY, offset);
  }

  get tzinfo() {
    return this.offset;
  }

  get year() {
    return this.day_.year;
  }

  // Seconds from 0001-01-01 as the clocks there count.
  get local() {
    return this.day_.ordinal * DAY + this.clock;
  }

  // As `local`, in universal time.
  get seconds() {
    return this.local - (this.offset ?? 0);
  }

  date() {
    return this.day_;
  }

  astimezone(offset) {
    return Instant.at(this.seconds + offset, offset);
  }

  weekday() {
    return this.day_.weekday();
  }

  compared(other) {
    return this.seconds - other.seconds;
  }

  hashed() {
    return `\u0001t${this.seconds}`;
  }

  plus(span) {
    return Instant.at(this.local + span.seconds, this.offset);
  }

  minus(other) {
    if (other instanceof py.Span) return this.plus(py.neg(other));
    return new py.Span({ seconds: this.seconds - other.seconds });
  }

  toString() {
    throw new py.NotCarried("an instant as text");
  }
};

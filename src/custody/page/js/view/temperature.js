/* The temperatures of a shipment as a drawing: each logger's range against the product's limits.
 *
 * The record holds the lowest and highest reading of each logger, not the curve between them; the
 * drawing shows no more than that. Excursions are numbered, and listed below with their numbers.
 */

import { card, draw, foreign, make, scrolling, shortened, tableOf } from "./elements.js";
import { labelOf } from "./labels.js";
import { reading, say } from "./language.js";
import { STATUS_TEXTS } from "./texts.js";

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 56;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 44;
const DRAWN_LOGGERS = 24;

/** The section on temperature: drawing, table, excursions. */
export function temperatureSection(story) {
  const limits = limitsOf(story.batches);
  const excursions = story.excursions.map((excursion, at) => ({ ...excursion, at: at + 1 }));
  const section = card("temperature", say("temperature"));
  if (!story.temperatures.length && !excursions.length) {
    section.append(make("p", {}, say("noTemperatures")));
    return section;
  }
  section.append(make("p", { class: "said" }, say("temperatureWhy")));
  const drawing = temperatureDrawing(story.temperatures, excursions, limits);
  if (drawing) section.append(drawing);
  const n = story.temperatures.length;
  if (n > DRAWN_LOGGERS) {
    section.append(make("p", { class: "said" }, say("drawn", { shown: DRAWN_LOGGERS, n })));
  }
  if (story.temperatures.length) {
    section.append(
      tableOf(
        say("temperature"),
        ["logger", "from", "to", "minimum", "maximum", "result", "readings", "gaps"].map((k) => say(k)),
        story.temperatures,
        (log) => [
          foreign(log.logger),
          foreign(log.from),
          foreign(log.to),
          foreign(`${log.minimum} °C`),
          foreign(`${log.maximum} °C`),
          rangeWords(log, limits),
          String(log.readings),
          String(log.gaps),
        ],
      ),
    );
  }
  if (excursions.length) {
    section.append(make("h4", {}, say("excursions")), excursionTable(excursions));
  }
  return section;
}

function excursionTable(excursions) {
  return tableOf(
    say("excursions"),
    ["#", say("kind"), say("logger"), say("from"), say("to"), say("extreme")],
    excursions,
    (e) => [
      String(e.at),
      labelOf("excursions", e.kind),
      foreign(e.logger),
      foreign(e.from),
      foreign(e.to),
      foreign(e.extreme && `${e.extreme} °C`),
    ],
  );
}

/** The tightest limits of the batches on board; null where no batch has any. */
function limitsOf(batches) {
  const known = batches.filter((b) => b.storage_min && b.storage_max);
  if (!known.length) return null;
  return {
    low: Math.max(...known.map((b) => Number(b.storage_min))),
    high: Math.min(...known.map((b) => Number(b.storage_max))),
  };
}

function rangeWords(log, limits) {
  if (!limits) return "–";
  const inside = isInside(log, limits);
  const [mark] = STATUS_TEXTS[inside ? "passed" : "failed"];
  return `${mark} ${say(inside ? "inside" : "outside")}`;
}

function temperatureDrawing(temperatures, excursions, limits) {
  const logs = drawnLogs(temperatures, limits);
  const marks = excursions.slice(0, DRAWN_LOGGERS);
  const times = [...logs, ...marks].flatMap((x) => [Date.parse(x.from), Date.parse(x.to || x.from)]);
  const extremes = marks.filter((e) => e.extreme).map((e) => Number(e.extreme));
  const ends = limits ? [limits.low, limits.high] : [];
  const grades = [...logs.flatMap((l) => [Number(l.minimum), Number(l.maximum)]), ...extremes, ...ends];
  if (!logs.length || ![...times, ...grades].every(Number.isFinite)) return null;
  const x = scale(Math.min(...times), Math.max(...times), LEFT, WIDTH - RIGHT);
  const y = scale(Math.min(...grades), Math.max(...grades), HEIGHT - BOTTOM, TOP);
  const picture = draw("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-labelledby": "temperature-title",
    class: "figure",
  });
  picture.append(draw("title", { id: "temperature-title" }, say("temperatureFigure")));
  if (limits) picture.append(...band(limits, y));
  const height = (low, high) => Math.max(4, y(low) - y(high));
  for (const log of logs) {
    const [low, high] = [Number(log.minimum), Number(log.maximum)];
    const from = x(Date.parse(log.from));
    picture.append(
      draw("rect", {
        x: from,
        y: y(high),
        width: Math.max(4, x(Date.parse(log.to)) - from),
        height: height(low, high),
        class: isInside(log, limits) ? "logged" : "logged outside",
      }),
      draw("text", { x: from + 6, y: y(high) - 5 }, shortened(`${log.logger}: ${log.minimum} – ${log.maximum} °C`, 60)),
    );
  }
  for (const mark of marks) {
    const at = x(Date.parse(mark.from));
    const level = mark.extreme ? y(Number(mark.extreme)) : TOP + 12;
    picture.append(
      draw("circle", { cx: at, cy: level, r: 9, class: "excursion" }),
      draw("text", { x: at, y: level + 4, "text-anchor": "middle", class: "inverse" }, String(mark.at)),
    );
  }
  picture.append(...axis(times, x));
  return scrolling(say("temperature"), picture);
}

/** The logs that are drawn: all, or those outside the limits first when there are many. */
function drawnLogs(logs, limits) {
  const chosen = logs.filter((log) => !isInside(log, limits)).slice(0, DRAWN_LOGGERS);
  const rest = logs.filter((log) => isInside(log, limits));
  return [...chosen, ...rest.slice(0, DRAWN_LOGGERS - chosen.length)];
}

/** Whether a log stays within the limits; nothing is outside of none. */
function isInside(log, limits) {
  return !limits || (Number(log.minimum) >= limits.low && Number(log.maximum) <= limits.high);
}

function scale(low, high, from, to) {
  const span = high - low || 1;
  return (value) => Math.round((from + ((value - low) / span) * (to - from)) * 10) / 10;
}

function band(limits, y) {
  const shape = { x: LEFT, y: y(limits.high), width: WIDTH - RIGHT - LEFT, height: y(limits.low) - y(limits.high) };
  const line = (value) => [
    draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: "limit" }),
    draw("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, `${value} °C`),
  ];
  return [draw("rect", { ...shape, class: "band" }), ...line(limits.low), ...line(limits.high)];
}

function axis(times, x) {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const moment = (time) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  const base = HEIGHT - BOTTOM + 14;
  return [
    draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: base, y2: base, class: "axis" }),
    draw("text", { x: LEFT, y: base + 18 }, `${moment(first)} UTC`),
    draw("text", { x: x(last), y: base + 18, "text-anchor": "end" }, `${moment(last)} UTC`),
  ];
}

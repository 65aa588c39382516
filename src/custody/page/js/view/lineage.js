/* Lineage as a drawing in columns, from donation on the left to the shipment on the right. */

import { card, draw, foreign, make, scrolling, shortened, tableOf } from "./elements.js";
import { labelOf, statusOf } from "./labels.js";
import { say } from "./language.js";

const BOX_WIDTH = 116;
const BOX_HEIGHT = 52;
const ACROSS = 30;
const DOWN = 14;
const EDGE = 8;
const DRAWN = 80;
const ENDED = ["held", "recalled", "rejected", "voided", "on_hold", "ineligible", "cancelled"];

/** The section on lineage: drawing and table. */
export function lineageSection(story) {
  const items = story.lineage;
  return card(
    "lineage",
    say("lineage"),
    items.length > DRAWN ? make("p", {}, say("lineageLarge", { n: items.length })) : lineageDrawing(items),
    make(
      "details",
      { open: items.length > DRAWN },
      make("summary", {}, say("asTable")),
      tableOf(
        say("lineage"),
        [say("item"), say("kind"), say("status"), say("cameFrom")],
        items,
        (item) => [
          foreign(item.number),
          labelOf("kinds", item.noun),
          statusOf(item.noun, item.status),
          foreign(item.from.map((parent) => parent.number).join(", ")),
        ],
      ),
    ),
  );
}

function nameOf(item) {
  return `${item.noun} ${item.number}`;
}

/** Distance of each item from the shipment along the longest way; a circle cannot make it endless. */
function columnsOf(items) {
  const at = new Map(items.map((item) => [nameOf(item), 0]));
  for (let round = 0; round < items.length; round += 1) {
    let moved = false;
    for (const item of items) {
      const next = Math.min(at.get(nameOf(item)) + 1, items.length);
      for (const parent of item.from) {
        if (at.has(nameOf(parent)) && at.get(nameOf(parent)) < next) {
          at.set(nameOf(parent), next);
          moved = true;
        }
      }
    }
    if (!moved) break;
  }
  return at;
}

function lineageDrawing(items) {
  const distance = columnsOf(items);
  const last = Math.max(0, ...distance.values());
  const used = new Map();
  const places = new Map();
  for (const item of items) {
    const column = last - distance.get(nameOf(item));
    const row = used.get(column) ?? 0;
    used.set(column, row + 1);
    places.set(nameOf(item), {
      x: EDGE + column * (BOX_WIDTH + ACROSS),
      y: EDGE + row * (BOX_HEIGHT + DOWN),
    });
  }
  const width = 2 * EDGE + (last + 1) * BOX_WIDTH + last * ACROSS;
  const height = 2 * EDGE + Math.max(1, ...used.values()) * (BOX_HEIGHT + DOWN) - DOWN;
  const picture = draw("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-labelledby": "lineage-title",
    class: last > 2 ? "lineage" : "lineage few",
  });
  picture.append(draw("title", { id: "lineage-title" }, say("lineageFigure")));
  for (const item of items) {
    for (const parent of item.from) {
      const [from, to] = [places.get(nameOf(parent)), places.get(nameOf(item))];
      if (from && to) picture.append(...arrow(from, to));
    }
  }
  for (const item of items) picture.append(box(item, places.get(nameOf(item))));
  return scrolling(say("lineage"), picture);
}

function arrow(from, to) {
  const [x1, y1] = [from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + BOX_HEIGHT / 2];
  const bend = x1 + ACROSS / 2;
  const end = x2 - ACROSS / 2;
  const way = `M${x1} ${y1} C${bend} ${y1} ${end} ${y2} ${x2 - 6} ${y2}`;
  const tip = `M${x2} ${y2} l-7 -4 v8 z`;
  return [draw("path", { d: way, class: "way" }), draw("path", { d: tip, class: "tip" })];
}

function box(item, place) {
  const ended = ENDED.includes(item.status);
  return draw(
    "g",
    {},
    draw("title", {}, `${item.number}`),
    draw("rect", {
      x: place.x,
      y: place.y,
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
      rx: 5,
      class: ended ? "box ended" : "box",
    }),
    draw("text", { x: place.x + 8, y: place.y + 15, class: "small" }, shortened(labelOf("kinds", item.noun), 20)),
    draw("text", { x: place.x + 8, y: place.y + 30, class: "strong" }, shortened(item.number, 15)),
    draw(
      "text",
      { x: place.x + 8, y: place.y + 45, class: "small" },
      `${ended ? "✗ " : ""}${shortened(statusOf(item.noun, item.status), 18)}`,
    ),
  );
}

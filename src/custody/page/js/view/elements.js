/* Making elements. Whatever comes from a file becomes text, never markup: `textContent` only. */

import { reading, say } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";
const DIRECTIONS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** An element with attributes and children; strings become text, null is left out. */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, harmless(value));
    }
  }
  for (const child of children.flat()) {
    if (typeof child === "string") element.append(harmless(child));
    else if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

/** Text of unknown hands: control and direction characters spelt out, so that it cannot turn the
 * line around it. */
export function harmless(text) {
  const spelt = (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`;
  return String(text).replace(DIRECTIONS, spelt).replace(LONE, spelt);
}

/** Text of unknown hands as an element that keeps its own direction; "–" when there is none. */
export function foreign(text) {
  if (text === null || text === undefined || text === "") return "–";
  return make("bdi", {}, harmless(text));
}

/** A long text with its end cut off, for paper and drawings. */
export function shortened(text, most) {
  // Of a very long text only the beginning is looked at; a letter has at most two units.
  const letters = Array.from(harmless(String(text ?? "").slice(0, 2 * most + 2)));
  return letters.length <= most ? letters.join("") : `${letters.slice(0, most - 1).join("")}…`;
}

/** A digest in groups of four, which people can read out. */
export function groups(digest) {
  return String(digest).replace(/(.{4})(?=.)/g, "$1 ");
}

/** Unix seconds as people write an instant. */
export function instantOf(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** A number of bytes in words. */
export function bytesOf(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1 << 20) return `${Math.round(count / 1024)} KiB`;
  return `${(count / (1 << 20)).toFixed(1)} MiB`;
}

/** Labelled values, one below the other; empty ones are left out. */
export function facts(rows) {
  const list = make("dl", { class: "facts" });
  for (const [label, value] of rows) {
    if (value === null || value === undefined || value === "" || value === "–") continue;
    list.append(make("div", {}, make("dt", {}, label), make("dd", {}, value)));
  }
  return list;
}

/** A section under a heading, which names it. */
export function card(id, title, ...content) {
  const heading = make("h3", { id: `${id}-heading` }, title);
  return make("section", { class: "card", "aria-labelledby": `${id}-heading` }, heading, ...content);
}

/** A wide thing that scrolls sideways by itself, also with the keyboard. */
export function scrolling(caption, wide) {
  const label = say("scroll", { caption });
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label }, wide);
}

const FIRST_ROWS = 20;
const SHORT = 25; // characters: an instant with its offset

/** A table with a caption that scrolls sideways by itself; many rows appear on demand.
 *
 * `rows` are arrays of strings or elements, made by `row(item)` only when they are shown.
 */
export function tableOf(caption, heads, items, row) {
  const body = make("tbody");
  const add = (from, to) => {
    for (const item of items.slice(from, to)) {
      const [first, ...rest] = row(item);
      const cells = rest.map((cell) => keptWhole(make("td", {}, cell)));
      body.append(make("tr", {}, keptWhole(make("th", { scope: "row" }, first)), ...cells));
    }
  };
  add(0, FIRST_ROWS);
  const head = make("tr", {}, heads.map((title) => make("th", { scope: "col" }, title)));
  const table = make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, head),
    body,
  );
  const frame = scrolling(caption, table);
  if (items.length <= FIRST_ROWS) return frame;
  const note = make("p", { class: "said" }, say("shown", { shown: FIRST_ROWS, n: items.length }));
  const more = make("button", { type: "button" }, say("showAll", { n: items.length }));
  more.addEventListener("click", () => {
    more.disabled = true;
    inPieces(FIRST_ROWS, items.length, add, () => {
      note.remove();
      more.remove();
      frame.focus();
    });
  });
  return make("div", {}, frame, note, more);
}

/** A short value is not broken across lines; a long one may be, anywhere. */
function keptWhole(cell) {
  cell.classList.add(cell.textContent.length <= SHORT ? "short" : "long");
  return cell;
}

function inPieces(from, end, add, done) {
  const to = Math.min(from + 200, end);
  add(from, to);
  if (to < end) setTimeout(() => inPieces(to, end, add, done), 0);
  else done();
}

/** The text `key` with an element in the place of its `{number}`. */
export function sayAround(key, element) {
  const mark = "\u0000";
  const [before, after] = say(key, { number: mark }).split(mark);
  return [before, element, after];
}

/** A mark and a word that mean the same; the word alone is enough. */
export function marked(kind, mark, text) {
  const shape = make("span", { "aria-hidden": "true" }, mark);
  return make("span", { class: `marked ${kind}` }, shape, " ", typeof text === "string" ? text : reading(text));
}

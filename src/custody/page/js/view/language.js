/* The language of the page: which one is spoken, and every text in it. */

import { TEXTS } from "./texts.js";
import { RESULT_TEXTS } from "./result_texts.js";

const spoken = { language: "en" };

export function language() {
  return spoken.language;
}

/** The reading of a two-language text: `[en, zh]` or `{en, zh}`. */
export function reading(text) {
  if (Array.isArray(text)) return text[spoken.language === "zh" ? 1 : 0];
  return text[spoken.language];
}

/** The text `key` in the language of the page, its `{names}` filled in. */
export function say(key, values = {}) {
  const text = TEXTS[key] ?? RESULT_TEXTS[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return reading(text).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The language people have set their machine to: Chinese for any kind of Chinese, else English. */
export function firstLanguage(preferred) {
  return (preferred ?? []).find((tag) => /^(zh|en)\b/i.test(tag))?.slice(0, 2).toLowerCase() ?? "en";
}

/** Speak `chosen` from now on; texts that stand in the page itself change at once. */
export function speak(chosen) {
  spoken.language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) {
    element.textContent = say(element.dataset.say);
  }
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.dataset.sayLabel));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
}

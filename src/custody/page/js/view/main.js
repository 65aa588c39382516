/* The page itself: choose files, verify, show the answer. */

import { verifyBundle } from "../verify.js";
import { bytesOf, foreign, groups, harmless, make } from "./elements.js";
import { Unusable, bundleOf, bytesOfFile, claimsOf, documentsOf, fileDigest, looksLikeBundle, sorted } from "./files.js";
import { embedded, embeddedJson } from "./labels.js";
import { firstLanguage, language, reading, say, speak } from "./language.js";
import { goToVerdict, showResult, unjudged } from "./result.js";
import { STEP_TEXTS, VERDICT_TEXTS } from "./texts.js";

const TRUST_BYTES = 1 << 20;

const page = {
  trust: null,
  earlier: [],
  bundle: null,
  documents: new Map(),
  result: null,
  run: null,
  said: null,
};

const byId = (id) => document.getElementById(id);

/** Begin: read what is built in, speak the reader's language, listen. */
export async function beginPage() {
  await builtInTrust();
  turnTo(firstLanguage(navigator.languages));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => turnTo(button.dataset.language));
  }
  for (const input of document.querySelectorAll("input[type=file]")) {
    // Browsers disagree whether Enter opens the files or sends the form; here it opens them.
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      input.click();
    });
  }
  byId("trust-file").addEventListener("change", (event) => guarded(() => takeTrust(event.target.files[0])));
  byId("bundle-file").addEventListener("change", (event) => guarded(() => takeBundle([...event.target.files])));
  byId("earlier-file").addEventListener("change", (event) => guarded(() => takeEarlier([...event.target.files])));
  byId("documents-file").addEventListener("change", (event) => guarded(() => takeDocuments([...event.target.files])));
  byId("pin").addEventListener("input", sayPin);
  byId("start").addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(verifyNow);
  });
  byId("cancel").addEventListener("click", cancelRun);
  listenForDrops();
}

/** Whatever goes wrong below is said on the page and never leaves it half done. */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    if (error instanceof Unusable) note(() => error.message);
    else note(() => say("failed", { detail: harmless(error?.message ?? error) }));
  }
}

/** Say something beside the button; it is said again when the language changes. */
function note(text) {
  page.said = text;
  byId("verify-said").textContent = text ? text() : "";
}

function turnTo(chosen) {
  speak(chosen);
  byId("version").textContent = say("version", { version: embedded().version });
  sayChosen();
  note(page.said);
  if (page.result) showAnswer();
}

// ------------------------------------------------------------------ files

async function builtInTrust() {
  if (!byId("trust")) return;
  const bytes = Uint8Array.from(atob(embeddedJson("trust")), (c) => c.charCodeAt(0));
  page.trust = { bytes, digest: await fileDigest(bytes), name: null };
}

async function takeTrust(file) {
  if (!file) return;
  if (await looksLikeBundle(file)) return note(() => say("trustIsBundle", { name: harmless(file.name) }));
  const bytes = await bytesOfFile(file, TRUST_BYTES);
  page.trust = { bytes, digest: await fileDigest(bytes), name: file.name };
  note(null);
  sayChosen();
}

async function takeBundle(files) {
  if (!files.length) return;
  const { bundle, several, trust, documents } = await sorted(files);
  note(null);
  if (documents.length) page.documents = await documentsOf(documents);
  if (trust.length) note(() => say("trustDropped", { name: harmless(trust[0].name) }));
  else if (several) note(() => say("oneBundle", { name: harmless(bundle.name) }));
  if (bundle) page.bundle = await bundleOf(bundle);
  sayChosen();
  if (bundle && page.trust) await verifyNow();
}

async function takeEarlier(files) {
  page.earlier = await Promise.all([...files].map((file) => bytesOfFile(file, TRUST_BYTES)));
  sayChosen();
}

async function takeDocuments(files) {
  page.documents = await documentsOf(files);
  sayChosen();
}

function sayChosen() {
  const { trust, bundle } = page;
  const digest = trust && make("code", { class: "digest" }, groups(trust.digest));
  if (trust?.name) byId("trust-name").replaceChildren(foreign(trust.name), " ", digest);
  else if (trust) byId("trust-name").replaceChildren(say("trustBuiltIn"), " ", digest);
  else byId("trust-name").textContent = say("trustNone");
  byId("trust-card").classList.toggle("built-in", Boolean(trust && !trust.name));
  byId("trust-why").hidden = Boolean(trust && !trust.name);
  if (bundle) {
    const name = harmless(bundle.name);
    const origin = bundle.pdf ? say("fromPdf", { name }) : name;
    byId("bundle-name").textContent = say("chosen", { name: origin, size: bytesOf(bundle.size) });
  } else byId("bundle-name").textContent = say("bundleNone");
  const n = page.documents.size;
  byId("documents-name").textContent = n ? say("documentsChosen", { n }) : "";
  const before = page.earlier.length;
  byId("earlier-name").textContent = before ? say("earlierChosen", { n: before }) : "";
  byId("verify").disabled = !bundle;
  if (!page.said) byId("verify-said").textContent = bundle && !trust ? say("without") : "";
  sayPin();
}

function pinTyped() {
  return byId("pin").value.toLowerCase().replace(/[^0-9a-z]/g, "");
}

function sayPin() {
  const typed = pinTyped();
  let text = "";
  if (typed && !/^[0-9a-f]{64}$/.test(typed)) text = say("pinForm", { n: typed.length });
  else if (typed && !page.trust) text = say("pinWait");
  else if (typed) text = say(typed === page.trust.digest ? "pinGood" : "pinBad");
  byId("pin-said").textContent = text;
}

function listenForDrops() {
  const zone = byId("bundle-zone");
  const trustZone = byId("trust-zone");
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
  for (const place of [zone, trustZone]) {
    place.addEventListener("dragover", () => place.classList.add("over"));
    place.addEventListener("dragleave", () => place.classList.remove("over"));
  }
  document.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    trustZone.classList.remove("over");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (trustZone.contains(event.target)) guarded(() => takeTrust(files[0]));
    else guarded(() => takeBundle(files));
  });
}

// ------------------------------------------------------------------ verifying

async function verifyNow() {
  if (!page.bundle) {
    note(() => say("needBundle"));
    return;
  }
  page.run?.abort();
  const run = new AbortController();
  page.run = run;
  showWorking(true);
  try {
    const result = await resultOf(run.signal);
    if (run.signal.aborted) return;
    page.result = result;
    showWorking(false);
    showAnswer();
    goToVerdict();
  } catch (error) {
    if (run.signal.aborted) return;
    showWorking(false);
    throw error;
  }
}

async function resultOf(signal) {
  const { bundle, trust, documents } = page;
  const now = Math.floor(Date.now() / 1000);
  const common = {
    name: bundle.name,
    bytes: bundle.size,
    digest: await fileDigest(bundle.bytes),
    now,
    given: documents,
    trustGiven: Boolean(trust),
  };
  if (!trust) return { ...common, report: unjudged([]), claims: claimsOf(bundle.bytes) };
  try {
    const report = await verifyBundle({
      bundle: bundle.bytes,
      trust: trust.bytes,
      now,
      archive: byId("archive").checked,
      pin: pinTyped() || null,
      earlier: page.earlier,
      attachments: documents,
      contract: embeddedJson("contract"),
      law,
      progress: progressed,
      signal,
    });
    return { ...common, report };
  } catch (error) {
    if (!/^C5\d\d$/.test(error?.code ?? "")) throw error;
    const where = language() === "zh" ? "信任文件" : "trust file";
    const found = { step: "V2", code: error.code, where, detail: error.detail ?? "", verdict: "cannot_tell" };
    return { ...common, report: unjudged([found]), claims: claimsOf(bundle.bytes) };
  }
}

// How much of the whole each step takes, in percent, as measured on bundles of 10,000 events.
const SHARE = { V1: 5, V2: 1, V3: 28, V4: 2, V5: 24, V6: 4, V7: 1, V8: 1, V9: 34 };

function progressed({ step, done, total }) {
  const before = Object.keys(SHARE).filter((name) => name < step);
  const passed = before.reduce((sum, name) => sum + SHARE[name], 0);
  const percent = Math.floor(passed + (SHARE[step] * done) / Math.max(1, total));
  const bar = byId("bar");
  if (bar.value !== percent) bar.value = percent; // each event is reported, not each is shown
  const said = byId("working-said");
  if (said.dataset.step !== step) {
    said.dataset.step = step; // a screen reader hears each step once
    said.textContent = say("workingStep", { step, title: reading(STEP_TEXTS[step]) });
  }
}

function showWorking(on) {
  byId("working").hidden = !on;
  byId("start").hidden = on;
  if (!on) return;
  byId("result").hidden = true;
  byId("bar").value = 0;
  byId("working-said").textContent = "";
  delete byId("working-said").dataset.step;
  byId("working-heading").focus();
}

function cancelRun() {
  page.run?.abort();
  showWorking(false);
  note(() => say("cancelled"));
  byId("verify").focus();
}

/** Show the answer in place of the files it was made from. */
function showAnswer() {
  byId("start").hidden = true;
  document.title = `${reading(VERDICT_TEXTS[page.result.report.verdict].word)} · ${say("title")}`;
  showResult(byId("result"), byId("sheet"), page.result, { other: startAgain, back: goBack });
}

/** Back to the files of this answer, to add documents or change an option. */
function goBack() {
  page.result = null;
  document.title = say("title");
  page.said = null;
  byId("result").hidden = true;
  byId("result").replaceChildren();
  byId("sheet").replaceChildren();
  byId("start").hidden = false;
  sayChosen();
  byId("main").focus();
  window.scrollTo(0, 0);
}

function startAgain() {
  page.bundle = null;
  page.documents = new Map();
  for (const id of ["bundle-file", "documents-file"]) byId(id).value = "";
  byId("archive").checked = false;
  goBack();
}

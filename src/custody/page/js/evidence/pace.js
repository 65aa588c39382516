// Keeps the page alive during long work: tells how far it is and gives the browser a turn.

const SLICE = 24; // milliseconds of work between two turns
const WHOLE = 1; // a step without parts counts as one

// `report` is called with {step, done, total}; it may be null. An aborted `signal` ends the work
// with its reason at the next turn.
export class Pace {
  constructor(report = null, signal = null) {
    this.report = report;
    this.signal = signal;
    this.since = performance.now();
  }

  // Whether it is time to let others work.
  get due() {
    return performance.now() - this.since > SLICE;
  }

  // Lets the browser draw and listen. A message, because timers are slowed down in hidden tabs.
  async turn() {
    this.signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    port1.close();
    this.since = performance.now();
  }

  // Tells that `done` of `total` parts of `step` are finished, and takes a turn when it is due.
  async step(step, done = WHOLE, total = WHOLE) {
    if (this.report !== null) this.report({ step, done, total });
    if (this.due) await this.turn();
  }
}

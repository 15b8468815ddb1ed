// Runs many promises, some at a time, again where they fail.
import {setTimeout as sleep} from 'node:timers/promises';

/** Runs work on inputs, so many at a time, and gives the results in the inputs' order. */
export async function pooled(inputs, limit, work) {
  const results = new Array(inputs.length);
  let next = 0;
  async function worker() {
    while (next < inputs.length) {
      const at = next++;
      results[at] = await work(inputs[at], at);
    }
  }
  await Promise.all(Array.from({length: Math.min(limit, inputs.length)}, worker));
  return results;
}

/** Tries again after a pause that doubles; errors with `final: true` are final. */
export async function retried(work, {attempts = 3, pause = 1} = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || error.final) {
        throw error;
      }
      await sleep(pause * 2 ** (attempt - 1));
    }
  }
}

/** A queue that calls its listener for one event after the other. */
export class Bus {
  #listener;
  #waiting = [];
  #busy = false;
  #idle = [];
  errors = [];

  constructor(listener) {
    this.#listener = listener;
  }

  emit(event) {
    this.#waiting.push(event);
    if (!this.#busy) {
      this.#run();
    }
  }

  async #run() {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      try {
        await this.#listener(this.#waiting.shift());
      } catch (error) {
        this.errors.push(error);
      }
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) {
      resolve();
    }
  }

  /** Resolves when nothing waits any more. */
  drained() {
    return this.#busy ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }
}

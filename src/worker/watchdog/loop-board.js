// Plain JavaScript, like everything that the watchdog's thread loads. Stripping types there would
// cost each worker 17 MB and 30 ms of CPU time (watchdog-thread.js).
import { runOf, textOf } from "./run-text.js";

/** Room for the text that identifies a run (`textOf`). Longer text is cut. */
const textBytes = 192;
/** Time of the last turn, time of the exit, and the place of who holds the loop. */
const headerBytes = 24;
/** The deadline, the length of the text, the text. */
const placeBytes = 8 + 8 + textBytes;
/** The place of user code that is no run, plus 1. Nothing of it outlasts its call: one is enough. */
const aside = 1;

/**
 * What an event loop writes down for its watchdog, in memory that both threads see: when it last
 * turned, which runs may hold it and until when, and which run holds it now. A loop that is held
 * cannot send messages, so it stores numbers. Times are the loop's own `performance.now()`, in ms.
 */
export class LoopBoard {
  #memory;
  #turnedAt;
  #exitAt;
  /** The place of whose function has not returned yet, plus 1. 0: of none. */
  #holder;
  #deadlines;
  #lengths;
  #texts;
  /** @type {number[]} */
  #free;
  #encoder = new TextEncoder();
  /** What the place aside says. Most calls are of the task of the call before. */
  #asideText = "";

  /** @param {SharedArrayBuffer} memory of `LoopBoard.memoryFor`; one thread writes to it */
  constructor(memory) {
    const places = (memory.byteLength - headerBytes) / placeBytes;
    this.#memory = memory;
    this.#turnedAt = new Float64Array(memory, 0, 1);
    this.#exitAt = new Float64Array(memory, 8, 1);
    this.#holder = new Float64Array(memory, 16, 1);
    this.#deadlines = new Float64Array(memory, headerBytes, places);
    this.#lengths = new Float64Array(memory, headerBytes + 8 * places, places);
    const textsAt = headerBytes + 16 * places;
    this.#texts = Array.from(
      { length: places },
      (_, place) => new Uint8Array(memory, textsAt + place * textBytes, textBytes),
    );
    this.#free = Array.from({ length: places - aside }, (_, place) => place + aside);
  }

  /** @param {number} places most runs that may hold the loop at a time */
  static memoryFor(places) {
    return new SharedArrayBuffer(headerBytes + (places + aside) * placeBytes);
  }

  get memory() {
    return this.#memory;
  }

  /** When the loop last turned; 0 before it is watched. */
  get turnedAt() {
    return this.#turnedAt[0] ?? 0;
  }

  /** @param {number} now */
  turned(now) {
    this.#turnedAt[0] = now;
  }

  /**
   * The process begins to exit. Threads in native code delay that, and get no more time.
   *
   * @param {number} now
   */
  exits(now) {
    this.#exitAt[0] = now;
    this.#holder[0] = 0;
    this.#deadlines.fill(0); // No run is to blame for a slow exit.
  }

  /**
   * A run begins. Its function holds the loop until it returns.
   *
   * @param {number} deadline
   * @param {string} task
   * @param {import("../../channel/supervision.ts").HungRun["attempt"]} [attempt]
   * @returns {number} the place that the run leaves at its end; -1 if none is free
   */
  enter(deadline, task, attempt) {
    const place = this.#free.pop() ?? -1;
    if (place >= 0) {
      this.#write(place, textOf(task, undefined, attempt));
      this.#deadlines[place] = deadline;
      this.#holder[0] = place + 1;
    }
    return place;
  }

  /**
   * Code of a task that is no run holds the loop until `released`. It has the time that a turn has
   * without runs.
   *
   * @param {import("../../channel/supervision.ts").HeldBy} by
   * @param {string} task
   * @param {import("../../channel/supervision.ts").HungRun["attempt"]} [attempt]
   */
  held(by, task, attempt) {
    const text = textOf(task, by, attempt);
    if (text !== this.#asideText) this.#write(0, text);
    this.#asideText = text;
    this.#holder[0] = aside;
  }

  released() {
    this.#holder[0] = 0;
  }

  /**
   * @param {number} place
   * @param {string} text
   */
  #write(place, text) {
    const bytes = this.#texts[place];
    if (bytes) this.#lengths[place] = this.#encoder.encodeInto(text, bytes).written;
  }

  /**
   * The function of the latest run has returned. An asynchronous run goes on.
   *
   * @param {number} now
   */
  returned(now) {
    this.turned(now);
    this.#holder[0] = 0;
  }

  /**
   * A run ends.
   *
   * @param {number} place
   * @param {number} now what follows in this turn, such as writing the result, has its own time
   *   limit from here on
   */
  leave(place, now) {
    this.turned(now); // First: the watchdog may look before the deadline is cleared.
    if (place < 0) return;
    if (this.#holder[0] === place + 1) this.#holder[0] = 0;
    this.#deadlines[place] = 0;
    this.#free.push(place);
  }

  /** The time of the exit, or the deadline of the run that holds the loop. 0: neither. */
  get deadline() {
    return this.#exitAt[0] || this.#deadlines[(this.#holder[0] ?? 0) - 1] || 0;
  }

  /** The latest deadline of all runs that may hold the loop. 0: no runs. */
  get latestDeadline() {
    return this.#holder[0] === aside ? 0 : Math.max(0, ...this.#deadlines);
  }

  /**
   * Who holds the loop. If that is unknown, all runs that may hold it.
   *
   * @returns {import("../../channel/supervision.ts").HungRun[]}
   */
  get runs() {
    const holder = (this.#holder[0] ?? 0) - 1;
    return this.#texts.flatMap((bytes, place) => {
      const isLikely = holder < 0 ? this.#deadlines[place] : place === holder;
      if (!isLikely) return [];
      // A copy: a decoder takes no shared memory.
      return [runOf(new TextDecoder().decode(bytes.slice(0, this.#lengths[place])))];
    });
  }
}

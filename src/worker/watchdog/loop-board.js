// Plain JavaScript, as is all that the watchdog's thread loads: to strip types there would cost
// each worker 17 MB and 30 ms of CPU time (watchdog-thread.js).

/** For what tells a run from others: see `textOf`. Longer text is cut. */
const textBytes = 192;
/** When the loop last turned, when the process began to exit, and the place of who holds the loop. */
const headerBytes = 24;
/** The deadline, the length of the text, the text. */
const placeBytes = 8 + 8 + textBytes;

/**
 * What an event loop writes down for its watchdog, in memory that both threads see: when it last
 * turned, which runs may hold it, until when, and which one does. Writing takes a few stores and no message, since
 * a loop that is held cannot send any. Times are those of the loop's own `performance.now()`, ms.
 */
export class LoopBoard {
  #memory;
  #turnedAt;
  #exitAt;
  /** The place of the run whose function has been called and has not returned, plus 1; or 0. */
  #holder;
  #deadlines;
  #lengths;
  #texts;
  /** @type {number[]} */
  #free;
  #encoder = new TextEncoder();

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
    this.#free = Array.from({ length: places }, (_, place) => place);
  }

  /** @param {number} places how many runs may hold the loop at a time */
  static memoryFor(places) {
    return new SharedArrayBuffer(headerBytes + places * placeBytes);
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
   * The process begins to exit. Threads in native code hold that up: they have no more time.
   *
   * @param {number} now
   */
  exits(now) {
    this.#exitAt[0] = now;
    this.#holder[0] = 0;
    this.#deadlines.fill(0); // No run is to blame.
  }

  /**
   * A run begins: its function holds the loop until it returns.
   *
   * @param {number} deadline
   * @param {string} task
   * @param {import("../../channel/supervision.ts").HungRun["attempt"]} [attempt]
   * @returns {number} the place that it leaves at its end; -1 where none is free
   */
  enter(deadline, task, attempt) {
    const place = this.#free.pop() ?? -1;
    const bytes = this.#texts[place];
    if (bytes) {
      this.#lengths[place] = this.#encoder.encodeInto(textOf(task, attempt), bytes).written;
      this.#deadlines[place] = deadline;
      this.#holder[0] = place + 1;
    }
    return place;
  }

  /**
   * The function of the run that entered last has returned. Where that is asynchronous, it goes on.
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
   * @param {number} now from here on something else may hold the loop: what follows in this turn,
   *   such as the writing of the result, gets a time of its own
   */
  leave(place, now) {
    this.turned(now); // Before the deadline goes: the watchdog may look in between.
    if (place < 0) return;
    if (this.#holder[0] === place + 1) this.#holder[0] = 0;
    this.#deadlines[place] = 0;
    this.#free.push(place);
  }

  /** Of the exit, or of the run that is known to hold the loop; 0 where there is neither. */
  get deadline() {
    return this.#exitAt[0] || this.#deadlines[(this.#holder[0] ?? 0) - 1] || 0;
  }

  /** The latest deadline of all runs; 0 where there is none. */
  get latestDeadline() {
    return Math.max(0, ...this.#deadlines);
  }

  /**
   * The run that holds the loop; all that may, where nobody knows.
   *
   * @returns {import("../../channel/supervision.ts").HungRun[]}
   */
  get runs() {
    const holder = (this.#holder[0] ?? 0) - 1;
    return this.#texts.flatMap((bytes, place) => {
      if (!this.#deadlines[place] || (holder >= 0 && place !== holder)) return [];
      // A copy: a decoder takes no shared memory.
      return [runOf(new TextDecoder().decode(bytes.slice(0, this.#lengths[place])))];
    });
  }
}

/**
 * The task's name, and for a job its id and token, joined by spaces: none of them has one.
 *
 * @param {string} task
 * @param {import("../../channel/supervision.ts").HungRun["attempt"]} attempt
 */
function textOf(task, attempt) {
  return attempt === undefined ? task : `${task} ${attempt.id} ${attempt.token}`;
}

/** @param {string} text of `textOf` */
function runOf(text) {
  const [task = "", id, token] = text.split(" ");
  return id === undefined ? { task } : { task, attempt: { id, token: Number(token) } };
}

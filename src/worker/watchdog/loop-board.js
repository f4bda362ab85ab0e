// Plain JavaScript, like everything that the watchdog's thread loads. Stripping types there would
// cost each worker 17 MB and 30 ms of CPU time (watchdog-thread.js).

/** Room for the text that identifies a run (`textOf`). Longer text is cut. */
const textBytes = 192;
/** Time of the last turn, time of the exit, and the place of the run that holds the loop. */
const headerBytes = 24;
/** The deadline, the length of the text, the text. */
const placeBytes = 8 + 8 + textBytes;

/**
 * What an event loop writes down for its watchdog, in memory that both threads see: when it last
 * turned, which runs may hold it and until when, and which run holds it now. A loop that is held
 * cannot send messages, so it stores numbers. Times are the loop's own `performance.now()`, in ms.
 */
export class LoopBoard {
  #memory;
  #turnedAt;
  #exitAt;
  /** The place of the run whose function has not returned yet, plus 1. 0: no run. */
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

  /** @param {number} places most runs that may hold the loop at a time */
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
    const bytes = this.#texts[place];
    if (bytes) {
      this.#lengths[place] = this.#encoder.encodeInto(textOf(task, attempt), bytes).written;
      this.#deadlines[place] = deadline;
      this.#holder[0] = place + 1;
    }
    return place;
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

  /** The latest deadline of all runs. 0: no runs. */
  get latestDeadline() {
    return Math.max(0, ...this.#deadlines);
  }

  /**
   * The run that holds the loop. If that is unknown, all runs that may hold it.
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
 * The task's name, and for a job also its id and token. None of them has a space, which joins them.
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

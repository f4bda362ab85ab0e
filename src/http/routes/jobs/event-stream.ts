import { PassThrough, type Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { isFinal, type Job } from "../../../jobs/job.ts";
import { writeJob } from "./representation.ts";

/** Proxies close connections that are silent for longer than half a minute or so. */
const heartbeatMs = 15_000;

/** What a client is told to wait before it comes back after the connection broke. */
const retryMs = 1000;

/**
 * Server-Sent Events (WHATWG HTML, section 9.2) of one job: `state` when it changes its state,
 * `progress` when it says something of itself. An event's id is the job's version, so that a client
 * that comes back with `Last-Event-ID` is told only what is newer. To a client that reads slowly
 * only the newest is told, once it has read the one before.
 */
export class EventStream {
  readonly #stream = new PassThrough();
  readonly #callOff: () => void;
  #lastVersion: number;
  #lastState: string | undefined;
  #waiting: Job | undefined;
  #isFull = false;

  /** @param lastVersion of the event that the client had last; -1 for none */
  constructor(lastVersion: number, clock: Clock) {
    this.#lastVersion = lastVersion;
    this.#stream.write(`retry: ${retryMs}\n\n`);
    this.#stream.on("drain", () => this.#goOn());
    const beat = (): (() => void) =>
      clock.after(heartbeatMs, () => {
        this.#stream.write(":\n\n");
        callOff = beat();
      });
    let callOff = beat();
    this.#callOff = () => callOff();
    this.#stream.once("close", this.#callOff);
  }

  get readable(): Readable {
    return this.#stream;
  }

  tell(job: Job): void {
    if (job.version <= this.#lastVersion) {
      // The client has heard the last of it before.
      if (isFinal(job.state)) this.end();
      return;
    }
    this.#waiting = job;
    if (!this.#isFull) this.#goOn();
  }

  end(): void {
    this.#callOff();
    this.#stream.end();
  }

  #goOn(): void {
    this.#isFull = false;
    const job = this.#waiting;
    this.#waiting = undefined;
    if (!job || this.#stream.writableEnded) return;
    const event = job.state === this.#lastState ? "progress" : "state";
    this.#lastState = job.state;
    this.#lastVersion = job.version;
    const text = `event: ${event}\nid: ${job.version}\ndata: ${writeJob(job, null)}\n\n`;
    this.#isFull = !this.#stream.write(text);
    if (isFinal(job.state)) this.end();
  }
}

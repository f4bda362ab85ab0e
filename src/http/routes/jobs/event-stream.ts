import { PassThrough, type Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { isFinal, type Job } from "../../../jobs/job.ts";
import { writeJob } from "./representation.ts";

/** Proxies close connections that are silent for about half a minute. */
const heartbeatMs = 15_000;

/** How long a client waits before it reconnects. */
const retryMs = 1000;

/**
 * The Server-Sent Events of one job (WHATWG HTML, section 9.2): `state` for a new state, `progress` for
 * a report of the task. The id of an event is the job's version. A client that reconnects with
 * `Last-Event-ID` gets only newer ones. A slow client gets only the newest event.
 */
export class EventStream {
  readonly #stream = new PassThrough();
  readonly #callOff: () => void;
  #lastVersion: number;
  #lastState: string | undefined;
  #waiting: Job | undefined;
  #isFull = false;

  /** @param lastVersion the version of the client's last event; -1 for none */
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
      // The client has this event already.
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

import { type Connection, pause } from "./connection.ts";
import { readEvents } from "./event-source.ts";
import { readBytes, readJson } from "./output.ts";
import { ProblemError } from "./problem-error.ts";
import type { ShownJob } from "./shown-job.ts";

/** How long one question may wait for the end, in seconds. The server allows 60. */
const waitSeconds = 60;

/** Before a stream that broke is opened again, where the server did not say. */
const reconnectMs = 1000;

export interface Signalled {
  /** Ends the wait, not the job. */
  readonly signal?: AbortSignal;
}

/** A change of a job. */
export interface JobEvent {
  /** `progress`: the task reported how far it is. */
  readonly name: "state" | "progress";
  /** As it is now. */
  readonly job: ShownJob;
}

/** The job ended without a result. `problem` says why. */
export class JobError extends ProblemError {
  override readonly name = "JobError";
  readonly job: ShownJob;

  constructor(job: ShownJob) {
    const nothing = { type: "about:blank", title: `The job is ${job.state}` };
    super(409, job.error ?? nothing);
    this.job = job;
  }
}

/** A job that was submitted: it may be waited for, followed and cancelled, by any client at any time. */
export class JobHandle<Output = unknown> {
  readonly id: string;
  readonly #connection: Connection;
  readonly #path: string;

  /** @throws TypeError for an id that no server gives */
  constructor(connection: Connection, id: string) {
    if (!/[^.]/.test(id)) throw new TypeError(`${JSON.stringify(id)} is no id of a job`);
    this.#connection = connection;
    this.id = id;
    this.#path = `jobs/${encodeURIComponent(id)}`;
  }

  /** @throws ProblemError `not-found` or `job-gone` */
  async job(options: Signalled = {}): Promise<ShownJob> {
    return this.#ask("", options);
  }

  /**
   * Resolves with the result when the job has succeeded, however long that takes.
   *
   * @throws JobError if it ended otherwise, ProblemError, the signal's reason
   */
  async wait({ signal }: Signalled = {}): Promise<Output> {
    const headers = { Prefer: `wait=${waitSeconds}` };
    for (;;) {
      const job = await this.#connection.read<ShownJob>(this.#path, { headers, signal }, readJson);
      if (job.state === "succeeded") return this.#result(signal);
      if (job.done) throw new JobError(job);
    }
  }

  /**
   * Cancels it. A run that cannot be interrupted goes on to its end: the state says.
   *
   * @throws ProblemError `job-ended` if it has ended
   */
  async cancel(options: Signalled = {}): Promise<ShownJob> {
    return this.#ask("/cancel", options, "POST");
  }

  /**
   * Runs it again after it has ended without a result.
   *
   * @throws ProblemError `job-not-retryable`
   */
  async retry(options: Signalled = {}): Promise<ShownJob> {
    return this.#ask("/retry", options, "POST");
  }

  /**
   * Its changes, from now to its end. The stream is opened again where it breaks, and tells nothing
   * twice. A slow reader misses changes in between, and gets the newest.
   *
   * @throws ProblemError `not-found` or `job-gone`, the signal's reason
   */
  async *events({ signal }: Signalled = {}): AsyncGenerator<JobEvent> {
    let lastId = "";
    let pauseMs = reconnectMs;
    for (;;) {
      const stream = await this.#stream(lastId, signal);
      if (!stream) return; // It has ended, and all of its events are known.
      for await (const event of stream) {
        ({ lastId } = event);
        pauseMs = event.retryMs ?? pauseMs;
        const job = JSON.parse(event.data) as ShownJob;
        yield { name: event.name as JobEvent["name"], job };
        if (job.done) return;
      }
      await pause(pauseMs, signal);
    }
  }

  async #stream(lastId: string, signal: AbortSignal | undefined) {
    const headers = {
      Accept: "text/event-stream",
      ...(lastId !== "" && { "Last-Event-ID": lastId }),
    };
    const { body } = await this.#connection.send(`${this.#path}/events`, { headers, signal });
    return body && untilBroken(readEvents(body), signal);
  }

  async #result(signal: AbortSignal | undefined): Promise<Output> {
    const read = async (response: Response) =>
      ((await readBytes(response)) ?? (await readJson(response))) as Output;
    return this.#connection.read(`${this.#path}/result`, { signal }, read);
  }

  async #ask(path: string, { signal }: Signalled, method: "GET" | "POST" = "GET") {
    return this.#connection.read<ShownJob>(`${this.#path}${path}`, { method, signal }, readJson);
  }
}

/** A stream that breaks ends here: its reader opens another one. */
async function* untilBroken<Event>(events: AsyncIterable<Event>, signal: AbortSignal | undefined) {
  try {
    yield* events;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TypeError)) throw error; // A broken connection is a TypeError.
  }
}

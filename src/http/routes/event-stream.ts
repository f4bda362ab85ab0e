import { PassThrough, type Readable } from "node:stream";
import type { Clock } from "../../clock.ts";
import { AppError } from "../../errors.ts";
import { answerStream, heartbeat, heartbeatMs, retryLine, writeEvent } from "../server-sent.ts";
import type { HttpContext } from "../services.ts";

/** What a stream tells of: each change has a higher version. */
export interface StreamSubject {
  readonly version: number;
}

/** How a stream tells of one kind of thing. */
export interface StreamKind<Subject> {
  /** The name of the event. `before` is what the event before told; undefined for the first one. */
  readonly nameOf: (now: Subject, before: Subject | undefined) => string;
  /** Writes the data of the event, as JSON text. */
  readonly write: (now: Subject) => string;
  /** Whether this is the last event. */
  readonly isLast: (now: Subject) => boolean;
  /** Between two events, unless the second one is the last. */
  readonly leastPauseMs: number;
}

/**
 * Server-Sent Events of one thing that changes. The id of an event is the
 * version. A client that reconnects with `Last-Event-ID` gets only newer ones. A slow client gets only
 * the newest event.
 */
export class EventStream<Subject extends StreamSubject> {
  readonly #kind: StreamKind<Subject>;
  readonly #clock: Clock;
  readonly #stream = new PassThrough();
  #lastVersion: number;
  #before: Subject | undefined;
  #waiting: Subject | undefined;
  #isFull = false;
  #callOffBeat = () => {};
  /** Set while a pause is kept. */
  #callOffPause: (() => void) | undefined;

  /** @param lastVersion the version of the client's last event; -1 for none */
  constructor(kind: StreamKind<Subject>, lastVersion: number, clock: Clock) {
    this.#kind = kind;
    this.#clock = clock;
    this.#lastVersion = lastVersion;
    this.#stream.write(retryLine);
    this.#stream.on("drain", () => {
      this.#isFull = false;
      this.#goOn();
    });
    this.#stream.once("close", () => this.#callOff());
    this.#beat();
  }

  get readable(): Readable {
    return this.#stream;
  }

  tell(now: Subject): void {
    if (now.version <= this.#lastVersion) {
      // The client has this event already.
      if (this.#kind.isLast(now)) this.end();
      return;
    }
    this.#waiting = now;
    this.#goOn();
  }

  end(): void {
    this.#callOff();
    this.#stream.end();
  }

  #goOn(): void {
    const now = this.#waiting;
    if (!now || this.#isFull || this.#stream.writableEnded) return;
    const { nameOf, write, isLast, leastPauseMs } = this.#kind;
    if (this.#callOffPause && !isLast(now)) return;
    this.#waiting = undefined;
    const text = writeEvent(nameOf(now, this.#before), write(now), now.version);
    this.#before = now;
    this.#lastVersion = now.version;
    this.#isFull = !this.#stream.write(text);
    if (isLast(now)) this.end();
    else if (leastPauseMs > 0) this.#pause(leastPauseMs);
  }

  #pause(ms: number): void {
    this.#callOffPause = this.#clock.after(ms, () => {
      this.#callOffPause = undefined;
      this.#goOn();
    });
  }

  #beat(): void {
    this.#callOffBeat = this.#clock.after(heartbeatMs, () => {
      this.#stream.write(heartbeat);
      this.#beat();
    });
  }

  #callOff(): void {
    this.#callOffBeat();
    this.#callOffPause?.();
    this.#callOffPause = undefined;
  }
}

/** @throws AppError `malformed-request` for an id that this server never gave */
export function readLastEvent(ctx: HttpContext): number {
  const sent = ctx.get("Last-Event-ID");
  if (sent === "") return -1;
  if (/^\d{1,15}$/.test(sent)) return Number(sent);
  const detail = "The Last-Event-ID must be the id of an event of this stream, a whole number.";
  throw new AppError("malformed-request", detail);
}

export interface EventSource {
  /** Aborts when this worker begins to drain. */
  readonly stopping: AbortSignal;
  /** Ends the watch that feeds the stream. */
  readonly callOff: () => void;
}

/** Answers with a stream, which ends with its worker: the client goes on with another one. */
export function answerEvents<Subject extends StreamSubject>(
  ctx: HttpContext,
  events: EventStream<Subject>,
  { stopping, callOff }: EventSource,
): void {
  const end = () => events.end();
  stopping.addEventListener("abort", end, { once: true });
  if (stopping.aborted) end();
  events.readable.once("close", () => {
    callOff();
    stopping.removeEventListener("abort", end);
  });
  answerStream(ctx, events.readable);
}

import { Connection, type ConnectionOwner, type Endpoint, type Exchange } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { atPointer } from "./expectation.ts";
import { Fifo } from "./fifo.ts";
import type { FullStream } from "./plan.ts";
import { type PreparedRequest, prepareRequest } from "./prepared-request.ts";
import type { Recorder } from "./recorder.ts";
import type { Answer } from "./response-parser.ts";
import type { StreamResult } from "./result.ts";

/** More than these wait for a connection only where the server has all but stopped. */
const waitingLimit = 1_000_000;

export interface StreamTarget extends Endpoint {
  /** The Host header. */
  readonly host: string;
  readonly timeoutMs: number;
}

/** Sends requests over a pool of connections, and judges and records their answers. */
export class Stream implements ConnectionOwner {
  readonly #plan: FullStream;
  readonly #timeoutMs: number;
  readonly #recorder: Recorder;
  readonly #pool: ConnectionPool;
  readonly #requests: readonly PreparedRequest[];
  readonly #waiting = new Fifo<Exchange>();
  readonly #pointer: string | null;
  #turn = 0;
  #stopped = false;
  /** Called after a request has ended, well or not. */
  onEnded: (failed: boolean, now: number) => void = () => {};

  constructor(plan: FullStream, target: StreamTarget, recorder: Recorder) {
    this.#plan = plan;
    this.#timeoutMs = target.timeoutMs;
    this.#recorder = recorder;
    this.#requests = plan.requests.map((request) =>
      prepareRequest(request, target.host, plan.keepAlive),
    );
    const worker = plan.worker;
    this.#pointer = worker !== null && "pointer" in worker ? worker.pointer : null;
    const options = {
      endpoint: target,
      keepAlive: plan.keepAlive,
      wantedHeader: worker !== null && "header" in worker ? worker.header : null,
    };
    this.#pool = new ConnectionPool(plan.connections, () => new Connection(options, this));
  }

  /** Whether the most requests that the plan allows have been offered. */
  get exhausted(): boolean {
    const { maxRequests } = this.#plan;
    return maxRequests !== null && this.#recorder.intended >= maxRequests;
  }

  get outstanding(): number {
    return this.#recorder.inSystem;
  }

  /** A request was due at `intendedAt`: sends it, or lets it wait for a connection. */
  offer(intendedAt: number, now: number, scheduled: boolean): void {
    const request = this.#requests[this.#turn];
    if (request === undefined) return;
    this.#turn = (this.#turn + 1) % this.#requests.length;
    const measured = this.#recorder.due(intendedAt, now, scheduled);
    const exchange: Exchange = { request, intendedAt, measured, sentAt: 0 };
    const connection = this.#pool.take();
    if (connection !== undefined) {
      this.#send(connection, exchange, now);
      return;
    }
    this.#recorder.waited(exchange);
    if (this.#waiting.length < waitingLimit) this.#waiting.push(exchange);
    else this.#recorder.failed(exchange, "NO_CONNECTION", now);
  }

  /** Ends the requests whose time is up. A timeout is late by as much as the calls lie apart. */
  sweep(now: number): void {
    const dueBefore = now - this.#timeoutMs;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.intendedAt > dueBefore) break;
      this.#waiting.shift();
      this.#recorder.failed(next, "NO_CONNECTION", now);
      this.onEnded(true, now);
    }
    for (const connection of this.#pool.all) {
      const exchange = connection.exchange;
      if (exchange !== null && exchange.intendedAt <= dueBefore) connection.abandon("TIMEOUT");
    }
  }

  /** Closes every connection. What was under way counts as unanswered. */
  stop(now: number): StreamResult {
    this.#stopped = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#recorder.unanswered(next, now);
    }
    this.#pool.close();
    return this.#recorder.result(this.#pool.opened);
  }

  answered(connection: Connection, exchange: Exchange, answer: Answer): void {
    const now = performance.now();
    const verdict = exchange.request.judge(answer);
    this.#recorder.answered(exchange, verdict, answer.status, now);
    if (this.#plan.worker !== null && verdict === "correct") {
      const worker = this.#pointer === null ? answer.wanted : atPointer(answer.body, this.#pointer);
      this.#recorder.byWorker(exchange, String(worker ?? "unknown"));
    }
    if (connection.usable) this.#pool.giveBack(connection);
    this.#sendWaiting(now);
    this.onEnded(verdict !== "correct", now);
  }

  failed(exchange: Exchange, code: string, retriable: boolean): void {
    const now = performance.now();
    if (this.#stopped) {
      this.#recorder.unanswered(exchange, now);
      return;
    }
    if (retriable) {
      // On a new connection, since other kept ones may be closing as well. A new one has answered
      // nothing yet, so that its failure is final.
      this.#recorder.retried();
      this.#send(this.#pool.open(), exchange, now);
      return;
    }
    this.#recorder.failed(exchange, code, now);
    this.#sendWaiting(now);
    this.onEnded(true, now);
  }

  stray(): void {
    this.#recorder.stray();
  }

  gone(connection: Connection): void {
    this.#pool.forget(connection);
  }

  #sendWaiting(now: number): void {
    if (this.#waiting.length === 0) return;
    const connection = this.#pool.take();
    if (connection === undefined) return;
    const exchange = this.#waiting.shift();
    if (exchange !== undefined) this.#send(connection, exchange, now);
  }

  #send(connection: Connection, exchange: Exchange, now: number): void {
    this.#recorder.sent();
    connection.send(exchange, now);
  }
}

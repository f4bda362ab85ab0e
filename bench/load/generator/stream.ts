import type { StreamResult } from "../result.ts";
import { createRandom } from "../statistics/random.ts";
import { chooseHeader, chooseSeed } from "./choices.ts";
import { Connection, type ConnectionOwner, type Endpoint, type Exchange } from "./connection.ts";
import { ConnectionPool, type Line } from "./connection-pool.ts";
import { readPointer } from "./expectation.ts";
import type { FullStream } from "./plan.ts";
import { type PreparedRequest, prepareRequest } from "./prepared-request.ts";
import type { Recorder } from "./recorder.ts";
import type { Answer } from "./response-parser.ts";
import { readRunMs } from "./server-timing.ts";

/** More requests wait only if the server has all but stopped. */
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
  readonly #pointer: string | null;
  #turn = 0;
  /** Requests on a connection, and requests that wait for one. */
  #busy = 0;
  #waiting = 0;
  #warmed: (() => void) | null = null;
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
      wantedHeader: chooseHeader(plan),
    };
    const random = plan.pool === "fixed" ? createRandom(chooseSeed(plan)) : null;
    this.#pool = new ConnectionPool(plan.connections, random, () => new Connection(options, this));
  }

  /** Whether all requests that the plan allows have been offered. */
  get exhausted(): boolean {
    const { maxRequests } = this.#plan;
    return maxRequests !== null && this.#recorder.intended >= maxRequests;
  }

  get outstanding(): number {
    return this.#recorder.inSystem;
  }

  /** Opens the connections that the plan wants before the load, and warms them if it says so. */
  async prepare(): Promise<void> {
    if (this.#plan.pool === "on-demand") return;
    await this.#pool.openAll();
    if (this.#plan.pool === "fixed" || this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#warmed = resolve;
    const now = performance.now();
    for (let sent = 0; sent < this.#plan.connections; sent += 1) this.offer(now, now, false);
    await promise;
  }

  /** A request was due at `intendedAt`: sends it, or queues it for a connection. */
  offer(intendedAt: number, now: number, scheduled: boolean): void {
    const request = this.#requests[this.#turn];
    if (request === undefined) return;
    this.#turn = (this.#turn + 1) % this.#requests.length;
    const measured = this.#recorder.due(intendedAt, now, scheduled);
    const line = this.#pool.chooseLine();
    const exchange: Exchange = { request, intendedAt, measured, line, sentAt: 0 };
    if (this.#busy >= this.#plan.connections) this.#recorder.waited(exchange);
    const connection = this.#pool.take(line);
    if (connection !== undefined) {
      this.#busy += 1;
      this.#send(connection, exchange, now);
    } else if (this.#waiting < waitingLimit) {
      this.#waiting += 1;
      line.waiting.push(exchange);
    } else this.#recorder.failed(exchange, "NO_CONNECTION", now);
  }

  /** Ends requests that timed out. They end late by up to the time between two calls. */
  sweep(now: number): void {
    const dueBefore = now - this.#timeoutMs;
    if (this.#waiting > 0)
      for (const line of this.#pool.lines) this.#sweepLine(line, dueBefore, now);
    for (const connection of this.#pool.all) {
      const exchange = connection.exchange;
      if (exchange !== null && exchange.intendedAt <= dueBefore) connection.abandon("TIMEOUT");
    }
  }

  /** Closes every connection. Requests under way count as unanswered. */
  stop(now: number): StreamResult {
    this.#stopped = true;
    for (const line of this.#pool.lines) {
      for (let next = line.waiting.shift(); next !== undefined; next = line.waiting.shift()) {
        this.#recorder.unanswered(next, now);
      }
    }
    this.#pool.close();
    return this.#recorder.result(this.#pool.opened);
  }

  answered(connection: Connection, exchange: Exchange, answer: Answer): void {
    const now = performance.now();
    const verdict = exchange.request.judge(answer);
    this.#recorder.answered(exchange, verdict, answer.status, now);
    if (this.#plan.worker !== null && verdict === "correct") {
      const worker =
        this.#pointer === null ? answer.wanted : readPointer(answer.body, this.#pointer);
      this.#recorder.byWorker(exchange, String(worker ?? "unknown"));
    }
    if (this.#plan.runTimes && verdict === "correct") {
      const ranMs = readRunMs(answer.wanted);
      if (ranMs !== null) this.#recorder.ran(exchange, ranMs);
    }
    if (connection.usable) this.#pool.giveBack(connection);
    this.#ended(exchange, verdict !== "correct", now);
  }

  failed(exchange: Exchange, code: string, retriable: boolean): void {
    const now = performance.now();
    if (this.#stopped) {
      this.#recorder.unanswered(exchange, now);
      return;
    }
    if (retriable) {
      // On a new connection, because other kept ones may be closing too. A new one has answered
      // nothing, so its failure is final.
      this.#recorder.retried();
      this.#send(this.#pool.open(exchange.line), exchange, now);
      return;
    }
    this.#recorder.failed(exchange, code, now);
    this.#ended(exchange, true, now);
  }

  stray(): void {
    this.#recorder.stray();
  }

  gone(connection: Connection): void {
    this.#pool.forget(connection);
  }

  /** An exchange has left its connection. The next one in its line goes out. */
  #ended({ line }: Exchange, failed: boolean, now: number): void {
    this.#busy -= 1;
    this.#sendWaiting(line, now);
    if (this.#busy === 0) this.#warmed?.();
    this.onEnded(failed, now);
  }

  #sendWaiting(line: Line, now: number): void {
    if (line.waiting.length === 0) return;
    const connection = this.#pool.take(line);
    if (connection === undefined) return;
    const exchange = line.waiting.shift();
    if (exchange === undefined) return;
    this.#waiting -= 1;
    this.#busy += 1;
    this.#send(connection, exchange, now);
  }

  #sweepLine({ waiting }: Line, dueBefore: number, now: number): void {
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      if (next.intendedAt > dueBefore) return;
      waiting.shift();
      this.#waiting -= 1;
      this.#recorder.failed(next, "NO_CONNECTION", now);
      this.onEnded(true, now);
    }
  }

  #send(connection: Connection, exchange: Exchange, now: number): void {
    this.#recorder.sent();
    connection.send(exchange, now);
  }
}

import type { Interval, StreamResult } from "../result.ts";
import type { Exchange } from "./connection.ts";
import { createTimes, describeTimes, GivenUp, readPercentileMs, recordMs } from "./histogram.ts";
import { Occupancy, type Window } from "./occupancy.ts";
import type { FullPlan } from "./plan.ts";
import { countNone, type RequestOutcome } from "./request-outcome.ts";

/** Counts and times one stream. Only requests that were due in the measured time are reported. */
export class Recorder {
  readonly #window: Window;
  readonly #timedFrom: "intended" | "actual";
  readonly #occupancy: Occupancy;
  readonly #latency = createTimes();
  readonly #service = createTimes();
  readonly #lag = createTimes();
  readonly #timeoutMs: number;
  readonly #latencyGivenUp = new GivenUp();
  readonly #serviceGivenUp = new GivenUp();
  readonly #intervalLatency = createTimes();
  readonly #limitsMs: readonly number[];
  readonly #overLimit: number[];
  readonly #outcomes = countNone();
  readonly #statuses = new Map<number, number>();
  readonly #errors = new Map<string, number>();
  readonly #workers = new Map<string, number>();
  readonly #runTimes: number[] = [];
  readonly #intervals: Interval[] = [];
  #interval = { startAt: 0, sent: 0, correct: 0, failed: 0 };
  #correctInWindow = 0;
  #waited = 0;
  #retried = 0;
  #strays = 0;
  /** Requests that were due in the measured time. */
  intended = 0;
  /** Requests that ended, at any time; and when the last one did. */
  ended = 0;
  lastEndedAt = 0;

  constructor(
    window: Window,
    { timedFrom, timeoutMs }: Pick<FullPlan, "timedFrom" | "timeoutMs">,
    limitsMs: readonly number[],
  ) {
    this.#timeoutMs = timeoutMs;
    this.#limitsMs = limitsMs;
    this.#overLimit = limitsMs.map(() => 0);
    this.#window = window;
    this.#timedFrom = timedFrom;
    this.#occupancy = new Occupancy(window);
  }

  /** The load begins. Answers from before, which warmed connections, are in no interval. */
  begin(now: number): void {
    this.#beginInterval(now);
  }

  get inSystem(): number {
    return this.#occupancy.inSystem;
  }

  /** By status and by error code, up to now. */
  counts(): Pick<StreamResult, "statuses" | "errors"> {
    return {
      statuses: Object.fromEntries(this.#statuses),
      errors: Object.fromEntries(this.#errors),
    };
  }

  /** Notices a request that was due at `at`. Returns whether it is measured. */
  due(at: number, now: number, scheduled: boolean): boolean {
    this.#occupancy.enter(at, now);
    if (at < this.#window.startAt || at >= this.#window.endAt) return false;
    this.intended += 1;
    if (scheduled) recordMs(this.#lag, now - at);
    return true;
  }

  waited(exchange: Exchange): void {
    if (exchange.measured) this.#waited += 1;
  }

  sent(): void {
    this.#interval.sent += 1;
  }

  retried(): void {
    this.#retried += 1;
  }

  stray(): void {
    this.#strays += 1;
  }

  answered(exchange: Exchange, outcome: RequestOutcome, status: number, now: number): void {
    this.#end(exchange, outcome, now);
    if (exchange.measured) increment(this.#statuses, status);
    if (outcome !== "correct") return;
    const serviceMs = now - exchange.sentAt;
    const latencyMs = this.#timedFrom === "actual" ? serviceMs : now - exchange.intendedAt;
    recordMs(this.#intervalLatency, latencyMs);
    if (now >= this.#window.startAt && now < this.#window.endAt) this.#correctInWindow += 1;
    if (!exchange.measured) return;
    recordMs(this.#latency, latencyMs);
    recordMs(this.#service, serviceMs);
    this.#limitsMs.forEach((limitMs, place) => {
      if (latencyMs > limitMs) this.#overLimit[place] = (this.#overLimit[place] ?? 0) + 1;
    });
  }

  byWorker(exchange: Exchange, worker: string): void {
    if (exchange.measured) increment(this.#workers, worker);
  }

  /** How long the run took by the server's clock. */
  ran(exchange: Exchange, ms: number): void {
    if (exchange.measured) this.#runTimes.push(ms);
  }

  failed(exchange: Exchange, code: string, now: number): void {
    this.#end(exchange, "failed", now);
    if (!exchange.measured) return;
    increment(this.#errors, code);
    if (now - exchange.intendedAt >= this.#timeoutMs) this.#gaveUp(exchange, now);
  }

  #gaveUp({ sentAt }: Exchange, now: number): void {
    const isActual = this.#timedFrom === "actual";
    // Without a connection it was never sent.
    if (sentAt > 0) this.#serviceGivenUp.add(now - sentAt);
    if (!isActual) this.#latencyGivenUp.add(this.#timeoutMs);
    else if (sentAt > 0) this.#latencyGivenUp.add(now - sentAt);
  }

  /** The run was stopped before this request was answered. */
  unanswered(exchange: Exchange, now: number): void {
    this.#end(exchange, "unanswered", now);
  }

  /** Ends the interval and begins the next one. */
  nextInterval(now: number): Interval {
    const { startAt, sent, correct, failed } = this.#interval;
    const interval: Interval = {
      atMs: startAt - this.#window.startAt,
      lengthMs: now - startAt,
      sent,
      correct,
      failed,
      p50: readPercentileMs(this.#intervalLatency, 50),
      p99: readPercentileMs(this.#intervalLatency, 99),
      inFlight: this.#occupancy.inSystem,
    };
    this.#intervals.push(interval);
    this.#beginInterval(now);
    return interval;
  }

  /** @param connectionsOpened of the pool, which counts them */
  result(connectionsOpened: number): StreamResult {
    const spanMs = this.#window.endAt - this.#window.startAt;
    return {
      intended: this.intended,
      ...this.#outcomes,
      ...this.counts(),
      workers: Object.fromEntries(this.#workers),
      retried: this.#retried,
      stray: this.#strays,
      connectionsOpened,
      waitedForConnection: this.#waited,
      throughputPerSecond: spanMs > 0 ? (this.#correctInWindow / spanMs) * 1_000 : 0,
      latency: describeTimes(this.#latency, this.#latencyGivenUp),
      service: describeTimes(this.#service, this.#serviceGivenUp),
      overLimit: this.#overLimit,
      runTimes: this.#runTimes,
      scheduleLag: describeTimes(this.#lag),
      little: this.#occupancy.figures(),
      intervals: this.#intervals,
    };
  }

  #beginInterval(now: number): void {
    this.#intervalLatency.reset();
    this.#interval = { startAt: now, sent: 0, correct: 0, failed: 0 };
  }

  #end(exchange: Exchange, outcome: RequestOutcome, now: number): void {
    this.#occupancy.leave(exchange.intendedAt, now);
    this.ended += 1;
    this.lastEndedAt = now;
    if (outcome === "correct") this.#interval.correct += 1;
    else this.#interval.failed += 1;
    if (exchange.measured) this.#outcomes[outcome] += 1;
  }
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

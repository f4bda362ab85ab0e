import type { GeneratorCost, Interval, LoadProgress, LoadResult } from "../result.ts";
import { createDriver, type Driver } from "./drivers.ts";
import type { Window } from "./occupancy.ts";
import type { FullPlan, FullStream } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { Stream, type StreamTarget } from "./stream.ts";

const intervalMs = 100;
const intervalsAProgress = 2;
/** How often to check whether the last answers have come. */
const drainCheckMs = 10;
/** Longest time to open connections before the load. Then it begins anyway. */
const preparationMs = 2_000;

/** CPU time and ended requests at one moment. */
interface Mark {
  readonly at: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly ended: number;
}

/** A stream, its driver and its recorder. */
interface Lane {
  readonly stream: Stream;
  readonly driver: Driver;
  readonly recorder: Recorder;
  unreported: Interval[];
}

/** One run of a load plan, in this process: connections open, warm-up, measured time, drain. */
export class Run {
  readonly finished: Promise<LoadResult>;
  readonly #onProgress: ((progress: LoadProgress) => void) | null;
  readonly #resolve: (result: LoadResult) => void;
  readonly #plan: FullPlan;
  readonly #window: Window = {
    startAt: Number.POSITIVE_INFINITY,
    endAt: Number.POSITIVE_INFINITY,
  };
  #startedAt = Number.POSITIVE_INFINITY;
  readonly #load: Lane;
  readonly #probe: Lane | null;
  readonly #lanes: readonly Lane[];
  readonly #timers: NodeJS.Timeout[] = [];
  #from: Mark | null = null;
  #to: Mark | null = null;
  #over = false;

  /** @param onProgress null if nobody listens */
  constructor(
    plan: FullPlan,
    target: StreamTarget,
    onProgress: ((progress: LoadProgress) => void) | null,
  ) {
    const { promise, resolve } = Promise.withResolvers<LoadResult>();
    this.finished = promise;
    this.#resolve = resolve;
    this.#onProgress = onProgress;
    this.#plan = plan;
    this.#load = this.#createLane(plan, plan.load, target);
    this.#probe = plan.probe === null ? null : this.#createLane(plan, plan.probe, target);
    this.#lanes = this.#probe === null ? [this.#load] : [this.#load, this.#probe];
    void this.#prepare().then(() => this.#begin());
  }

  /** Ends the run now, with what was measured so far. */
  stop(): void {
    if (this.#over) return;
    const now = performance.now();
    if (this.#startedAt > now) this.#setWindow(now);
    this.#endWindow(now);
    this.#finish(true);
  }

  /**
   * The probe's connections are opened after the load's. A server accepts connections in order, so
   * an answer to the probe shows that it has accepted the load's connections as well.
   */
  async #prepare(): Promise<void> {
    const late = Promise.withResolvers<void>();
    this.#timers.push(setTimeout(late.resolve, preparationMs));
    const prepared = this.#load.stream.prepare().then(() => this.#probe?.stream.prepare());
    await Promise.race([prepared, late.promise]);
  }

  #begin(): void {
    if (this.#over) return;
    const now = performance.now();
    this.#setWindow(now);
    for (const { recorder, driver } of this.#lanes) {
      recorder.begin(now);
      driver.start(now);
    }
    const { warmupMs, durationMs } = this.#plan;
    this.#timers.push(
      setTimeout(() => this.#beginWindow(), warmupMs),
      setTimeout(() => this.#endWindow(this.#window.endAt), warmupMs + durationMs),
      setInterval(() => this.#tick(), intervalMs),
    );
  }

  #setWindow(now: number): void {
    this.#startedAt = now;
    this.#window.startAt = now + this.#plan.warmupMs;
    this.#window.endAt = this.#window.startAt + this.#plan.durationMs;
  }

  #createLane(plan: FullPlan, part: FullStream, target: StreamTarget): Lane {
    const recorder = new Recorder(this.#window, plan, part.limitsMs);
    const stream = new Stream(part, target, recorder);
    const driver = createDriver(stream, this.#window, part, plan);
    return { stream, driver, recorder, unreported: [] };
  }

  #beginWindow(): void {
    this.#from = this.#mark();
  }

  #endWindow(endAt: number): void {
    if (this.#to !== null) return;
    this.#from ??= this.#mark();
    this.#to = this.#mark();
    this.#window.endAt = Math.max(this.#window.startAt, Math.min(this.#window.endAt, endAt));
    for (const { driver } of this.#lanes) driver.stop();
    this.#timers.push(setInterval(() => this.#finishWhenDrained(), drainCheckMs));
  }

  #finishWhenDrained(): void {
    if (this.#lanes.every((lane) => lane.stream.outstanding === 0)) this.#finish(false);
  }

  #tick(): void {
    const now = performance.now();
    for (const lane of this.#lanes) {
      lane.stream.sweep(now);
      const interval = lane.recorder.nextInterval(now);
      if (this.#onProgress !== null) lane.unreported.push(interval);
    }
    if (this.#load.unreported.length >= intervalsAProgress) this.#report(now);
    const { stream, recorder } = this.#load;
    if (stream.exhausted && stream.outstanding === 0) this.#endWindow(recorder.lastEndedAt);
  }

  #report(now: number): void {
    const phase = this.#from === null ? "warmup" : this.#to === null ? "measure" : "drain";
    this.#onProgress?.({
      phase,
      elapsedMs: now - this.#startedAt,
      load: this.#load.unreported,
      probe: this.#probe?.unreported ?? [],
      ...this.#load.recorder.counts(),
    });
    for (const lane of this.#lanes) lane.unreported = [];
  }

  #mark(): Mark {
    const ended = this.#lanes.reduce((sum, { recorder }) => sum + recorder.ended, 0);
    return { at: performance.now(), cpu: process.cpuUsage(), ended };
  }

  #finish(stopped: boolean): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const now = performance.now();
    // Requests that ended since the last tick belong to an interval too.
    for (const { recorder } of this.#lanes) recorder.nextInterval(now);
    this.#resolve({
      load: this.#load.stream.stop(now),
      probe: this.#probe?.stream.stop(now) ?? null,
      durationMs: this.#window.endAt - this.#window.startAt,
      generator: measureCost(this.#from, this.#to),
      stopped,
    });
  }
}

function measureCost(from: Mark | null, to: Mark | null): GeneratorCost {
  if (from === null || to === null) throw new Error("the run ended before its measured time");
  const userUs = to.cpu.user - from.cpu.user;
  const systemUs = to.cpu.system - from.cpu.system;
  const bothUs = userUs + systemUs;
  const spanUs = (to.at - from.at) * 1_000;
  return {
    userUs,
    systemUs,
    perRequestUs: bothUs / Math.max(1, to.ended - from.ended),
    coreShare: spanUs > 0 ? bothUs / spanUs : 0,
  };
}

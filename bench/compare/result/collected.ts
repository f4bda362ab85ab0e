import type { LatencyPoint, VariantResult, WarmUp } from "./bench-result.ts";
import type { ProbeSample } from "./light.ts";

/** What the machine gave to the bare computation on every core. */
export interface BareRate {
  readonly runsPerSecond: number;
  readonly cpuMsPerRun: number;
}

/** A variant's peak in one round. */
export interface PeakSample {
  readonly variant: string;
  readonly round: number;
  /** The second entry of the A/A control. */
  readonly twin: boolean;
  readonly runsPerSecond: number;
  /** Of the server's whole tree of processes; null where the system does not tell. */
  readonly cpuMsPerRun: number | null;
  /**
   * Average of just before and after it. A shared machine is quicker or slower for seconds at a
   * time, and CPU time grows with that.
   */
  readonly beside: BareRate;
  /** Of the bare computation: runs of its fastest process over those of its slowest. */
  readonly coreRatio: number | null;
  /** `GET /` beside it. */
  readonly light: ProbeSample | null;
  /** How long each run took by the server's clock, in ms. Empty if the answers do not say it. */
  readonly runTimes: readonly number[];
  /** Why it is not valid. */
  readonly reasons: readonly string[];
}

export type LatencySample = Omit<LatencyPoint, "simulated"> & { readonly variant: string };

export interface CrossoverSample {
  readonly axis: "length" | "payload";
  /** ms of a bare run, or bytes of the input. */
  readonly x: number;
  /** Of a bare run. */
  readonly runMs: number;
  readonly variant: string;
  readonly round: number;
  readonly runsPerSecond: number;
  /** That were counted for it. */
  readonly runs: number;
  /** Why it should not be believed. */
  readonly reasons: readonly string[];
}

/** The samples of the cells. They are kept, whatever ends the run. */
export interface Collected {
  readonly peaks: PeakSample[];
  readonly latency: LatencySample[];
  readonly crossover: CrossoverSample[];
  readonly startUps: { readonly variant: string; readonly ms: number }[];
  readonly warmUps: Map<string, WarmUp>;
  readonly memory: Map<string, NonNullable<VariantResult["memory"]>>;
  readonly perWorker: Map<string, NonNullable<VariantResult["perWorker"]>>;
  /** Variants that could not be measured, and why. */
  readonly unavailable: Map<string, string>;
}

export function createCollected(): Collected {
  return {
    peaks: [],
    latency: [],
    crossover: [],
    startUps: [],
    warmUps: new Map(),
    memory: new Map(),
    perWorker: new Map(),
    unavailable: new Map(),
  };
}

/**
 * The result of `npm run bench`, as plain data. It is written as JSON, and the table, the verdict
 * and the HTML report are made from it. Times are in ms and rates a second, unless a name says
 * otherwise.
 */
import type { Environment } from "../../command/environment.ts";
import type { Distribution } from "../../load/result.ts";
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";
import type { NoFit, ScaleFit, ScalePoint } from "../../load/statistics/scalability.ts";
import type { Validity } from "../../load/statistics/validity.ts";
import type { RunTimes } from "./run-times.ts";

export interface BenchResult {
  readonly format: "manycore-bench";
  readonly formatVersion: 1;
  /** The exact command, as typed. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly preset: "quick" | "default" | "full" | "smoke";
  /** Set if a signal or a failure ended the bench early. What is here was measured until then. */
  readonly stopped: { readonly reason: string } | null;
  readonly environment: Environment;
  readonly work: Work;
  readonly plan: {
    readonly rounds: number;
    readonly cellMs: number;
    /** Length of the short runs before each throughput cell. Null if there were none. */
    readonly rewarmMs: number | null;
    readonly connections: number;
    readonly seed: number;
  };
  /** References first, then modes, balance choices, the grid of workers and threads. */
  readonly variants: readonly VariantResult[];
  /**
   * Every pair of the modes and the tutorials' cluster, in the same rounds: throughput, and the p95
   * of `GET /` beside it. Only the interval of a pair ranks its two.
   */
  readonly pairs: { readonly throughput: readonly Pair[]; readonly light: readonly Pair[] };
  /** A/A: one variant entered twice. Its difference from itself is the noise. */
  readonly control: Control | null;
  /**
   * How alike the cores were: runs of the fastest process of the bare computation over those of its
   * slowest, the median of the rounds. 1 if they were alike. Null if there was one core.
   */
  readonly coreRatio: number | null;
  readonly scalability: { readonly amdahl: ScaleFit | NoFit; readonly usl: ScaleFit | NoFit } & {
    readonly points: readonly ScalePoint[];
  };
  readonly crossover: Crossover | null;
  /** Whole sentences that a reader can act on; the first is the answer in short. */
  readonly verdict: readonly string[];
}

export interface Work {
  readonly task: string;
  /** Of bytes only what they are. */
  readonly input: unknown;
  /**
   * Length of a bare run, the median. It is CPU time, which other work on the machine does not
   * lengthen. If a run waits, or computes on several threads, it is time on the clock.
   */
  readonly bareRunMs: number;
}

export type VariantKind = "reference" | "mode" | "balance" | "grid";

/** What is compared: a server and how it is started. */
export interface Variant {
  /** Unique: "bare", "tutorial", "cluster", "cluster/os", "2x1 threads". */
  readonly name: string;
  readonly kind: VariantKind;
  /** What it is, in a few words. */
  readonly what: string;
  /** The flags that the server was started with; empty for a reference. */
  readonly flags: readonly string[];
  readonly workers: number;
  /** Compute slots in each worker. */
  readonly slots: number;
}

/** `GET /` beside a load, over its own connections, from the intended send. */
export interface LightTimes {
  /** Null if it was not measured or is not valid. */
  readonly light: Distribution | null;
  /** Why the times are not valid. Null if they are, and if there are none. */
  readonly lightReason: string | null;
}

/** `light` is beside the peak load, all rounds as one. Null for the bare computation. */
export interface VariantResult extends Variant, LightTimes {
  /** Closed loop, one value a round. Null if it could not be measured: `validity` says why. */
  readonly peak: Measure | null;
  /** Throughput over that of `single`. */
  readonly speedUp: RatioEstimate | null;
  /**
   * Throughput over that of the bare computation on every core, just before and after each cell.
   */
  readonly efficiency: RatioEstimate | null;
  /** CPU seconds of the whole server for 1,000 runs. Null if the system does not tell. */
  readonly cpuPer1000: Measure | null;
  /** CPU time over that of the bare computation, just before and after each cell. */
  readonly cpuOverBare: RatioEstimate | null;
  /**
   * How long its runs took at the peak, of all rounds. Null if its answers do not say it;
   * undefined in results of an older bench.
   */
  readonly runTimes: RunTimes | null;
  /** Open loop at shares of this variant's peak, in ascending order. */
  readonly latency: readonly LatencyPoint[];
  /** Correct answers by worker: with connections kept alive, and with one a request. */
  readonly perWorker: {
    readonly keepAlive: Readonly<Record<string, number>>;
    readonly connectionPerRequest: Readonly<Record<string, number>>;
  } | null;
  /** Before the rounds. Null for the bare computation, and if it was not reached. */
  readonly warmUp: WarmUp | null;
  /** From the command to the first answer. */
  readonly startUp: Measure | null;
  readonly memory: { readonly bytes: number; readonly kind: "pss" | "rss" } | null;
  /** Validity of every cell. One reason stamps the row INVALID. */
  readonly validity: Validity;
}

export interface WarmUp {
  /** Short runs, correctly answered. */
  readonly requests: number;
  /** Whether the throughput had settled at the end. */
  readonly settled: boolean;
}

/** All values of the rounds, outliers included. */
export interface Measure {
  readonly median: number;
  readonly values: readonly number[];
  /** Indexes of `values` outside 1.5 interquartile ranges (Tukey). */
  readonly outliers: readonly number[];
}

export interface LatencyPoint extends LightTimes {
  /** Share of the variant's own peak: 0.7 is 70 %. */
  readonly share: number;
  readonly offered: number;
  readonly achieved: number;
  /** From the intended send. */
  readonly latency: Distribution;
  /** From the actual send. */
  readonly service: Distribution;
  /** Answers 503, where the server shed load. */
  readonly shed: number;
  /** Latency of a simulated queue with this load and nothing else. Null past its capacity. */
  readonly simulated: { readonly p50: number; readonly p99: number } | null;
  readonly validity: Validity;
}

/** The variant with the higher median over the other, round by round. */
export interface Pair {
  readonly higher: string;
  readonly lower: string;
  readonly ratio: RatioEstimate;
}

export interface Control {
  readonly variant: string;
  readonly ratio: RatioEstimate;
}

export interface Crossover {
  /** The task `hash` at several lengths of a run. */
  readonly lengths: readonly CrossoverPoint[];
  /** The task `json` at several sizes of its input. */
  readonly payloads: readonly CrossoverPoint[];
  /** From which length on threads pay, and what large inputs cost them, as far as is known. */
  readonly sentence: string;
}

export interface CrossoverPoint {
  /** Length of a bare run in ms, or size of the input in bytes. */
  readonly x: number;
  /** Median by variant (`single`, `cluster`, `threads`), of valid cells. */
  readonly throughput: Readonly<Record<string, number>>;
  /** Length of a bare run in ms. */
  readonly runMs: number;
  /** Threads over each, round by round. Null if not known. */
  readonly overSingle: RatioEstimate | null;
  readonly overCluster: RatioEstimate | null;
  /** Why cells were left out, and why a ratio is not known. */
  readonly reasons: readonly string[];
}

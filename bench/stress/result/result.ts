/**
 * The result of `npm run stress`, as plain data. It is written as JSON, and the summary and the
 * HTML report are made from it. Times are in ms and rates a second, unless a name says otherwise.
 */

import type { Environment } from "../../command/environment.ts";
import type { Distribution, GeneratorCost, Interval } from "../../load/result.ts";
import type { Objective } from "../search/objective.ts";
import type { Finding, StepVerdict } from "../search/search.ts";

export interface StressResult {
  readonly format: "manycore-stress";
  readonly formatVersion: 1;
  /** The exact command, as typed. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /**
   * Set if a signal, the time limit or a failure ended the run early. What is here was measured
   * until then.
   */
  readonly stopped: { readonly reason: string } | null;
  readonly environment: Environment;
  readonly target: Target;
  readonly objectives: readonly Objective[];
  readonly plan: {
    readonly maxRate: number;
    readonly maxMs: number;
    readonly connections: number;
    /** Least requests by which a step can be judged. */
    readonly requestsNeeded: number;
    readonly longestStepMs: number;
    readonly holdMs: number;
    readonly seed: number;
  };
  /** One request after the other, before the search: the latency when nothing waits. */
  readonly unloaded: Load | null;
  /** In the order of measuring. */
  readonly steps: readonly Step[];
  /** Null if the search did not begin. */
  readonly finding: Finding | null;
  /** At 2 and 5 times the highest rate known to meet the objectives. */
  readonly holds: readonly Hold[];
  readonly recovery: Recovery | null;
  /** Whole sentences that a reader can act on; the first is the answer in short. */
  readonly verdict: readonly string[];
}

export interface Target {
  /** As given, or of the started server. Without credentials. */
  readonly url: string;
  readonly method: string;
  readonly path: string;
  /** "hash", "primes", ... Null for a URL that is loaded as it is. */
  readonly task: string | null;
  /** Of bytes only what they are. */
  readonly input: unknown;
  /** Whether it is manycore. If so, `GET /` is asked beside the load. */
  readonly manycore: boolean;
  /** Flags of the started server. Null if the target ran already. */
  readonly serverFlags: readonly string[] | null;
  /** Which part of an answer is checked. */
  readonly checked: "status" | "status and result" | "status and type";
}

/** Open-loop load at one rate. */
export interface Load {
  /** Requests a second that were asked for. */
  readonly rate: number;
  /** Requests a second that were sent in the measured time. */
  readonly sentPerSecond: number;
  /** Goodput: correct answers in the measured time, a second. */
  readonly servedPerSecond: number;
  readonly durationMs: number;
  readonly requests: number;
  readonly served: number;
  /** Answers 503 and 429. */
  readonly refused: number;
  /** Any other failure: wrong body, unexpected status, no complete answer. */
  readonly failed: number;
  /** Under way when the step was cut off. */
  readonly unanswered: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  /** Latency of served requests, from the intended send. */
  readonly latency: Distribution;
  /** Latency of served requests, from the actual send. */
  readonly service: Distribution;
  /** `GET /` beside the load. Null if the target is not manycore. */
  readonly light: LightAnswers | null;
  /** Requests that waited in the generator because all its connections were busy. */
  readonly waitedForConnection: number;
  readonly generator: GeneratorCost;
  readonly intervals: readonly Interval[];
}

export interface LightAnswers {
  readonly requests: number;
  readonly answered: number;
  /** Requests that waited for a connection of the generator. */
  readonly waited: number;
  /** Null if too many of them waited, or none was answered. */
  readonly latency: Distribution | null;
}

export interface Step extends Load {
  /** `open`: the data showed neither. A longer step followed. */
  readonly verdict: StepVerdict | "open";
  /** Why it was missed, is open, or is invalid. Empty if the objectives were met. */
  readonly reasons: readonly string[];
  /** Whether it had enough requests for its percentiles. */
  readonly enough: boolean;
  /** Whether it is a longer step that confirms the rate that was found. */
  readonly confirms: boolean;
}

export interface Hold extends Load {
  /** Of the rate that was found: 2 is twice. */
  readonly factor: number;
  /** Sampled requests beside the load, because the generator keeps no headers. */
  readonly refusals: Refusals;
  /** Why the generator may have been the bottleneck. Empty if it was not. */
  readonly invalid: readonly string[];
}

export interface Refusals {
  readonly sampled: number;
  readonly refused: number;
  readonly withRetryAfter: number;
  /** Seconds that the server asked for. Null if it never did. */
  readonly retryAfter: { readonly least: number; readonly most: number } | null;
  /** Median time to a refusal. Null if nothing was refused. */
  readonly medianMs: number | null;
}

export interface Recovery extends Load {
  /**
   * From the end of the overload to the moment after which everything was normal: latency within
   * the objective, no errors. Null if that moment did not come.
   */
  readonly afterMs: number | null;
  /** Longest normal answer. */
  readonly normalMs: number;
  /** Median of the intervals' medians after that moment. */
  readonly settledP50: number | null;
}

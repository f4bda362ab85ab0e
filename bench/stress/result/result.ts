/**
 * What `npm run stress` found, as plain data: written as JSON, and all that the summary and the
 * HTML report are made from. Times are in ms and rates a second unless a name says else.
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
  /** Ended by a signal, the time limit or a failure: what is here was measured all the same. */
  readonly stopped: { readonly reason: string } | null;
  readonly environment: Environment;
  readonly target: Target;
  readonly objectives: readonly Objective[];
  readonly plan: {
    readonly maxRate: number;
    readonly maxMs: number;
    readonly connections: number;
    /** Least requests of a step by which the objectives can be judged. */
    readonly requestsNeeded: number;
    readonly longestStepMs: number;
    readonly holdMs: number;
    readonly seed: number;
  };
  /** One request after the other, before the search: what an answer costs when nothing waits. */
  readonly unloaded: Load | null;
  /** In the order in which they were measured. */
  readonly steps: readonly Step[];
  /** Null where the search did not begin. */
  readonly finding: Finding | null;
  /** At 2 and 5 times the highest rate that is known to meet the objectives. */
  readonly holds: readonly Hold[];
  readonly recovery: Recovery | null;
  /** Whole sentences that a reader can act on; the first is the answer in short. */
  readonly verdict: readonly string[];
}

export interface Target {
  /** As given, or of the server that was started; without credentials. */
  readonly url: string;
  readonly method: string;
  readonly path: string;
  /** "hash", "primes", ...; null for a URL as it is. */
  readonly task: string | null;
  readonly input: unknown;
  /** Whether it is manycore, whose `GET /` is probed beside the load. */
  readonly manycore: boolean;
  /** The flags that the server was started with; null where it ran already. */
  readonly serverFlags: readonly string[] | null;
  /** What of the answers is checked. */
  readonly checked: "status" | "status and result";
}

/** Open-loop load at one rate. */
export interface Load {
  /** Asked for, a second. */
  readonly rate: number;
  /** Sent in the measured time, a second. */
  readonly sentPerSecond: number;
  /** Goodput: correct answers in the measured time, a second. */
  readonly servedPerSecond: number;
  readonly durationMs: number;
  readonly requests: number;
  readonly served: number;
  /** Answers 503 and 429: load that was refused. */
  readonly refused: number;
  /** Any other bad end: wrong body, unexpected status, no whole answer. */
  readonly failed: number;
  /** Under way when the step was cut off. */
  readonly unanswered: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  /** Of what was served, from the intended send. */
  readonly latency: Distribution;
  /** Of what was served, from the actual send. */
  readonly service: Distribution;
  /** `GET /` beside the load; null where the target is not manycore. */
  readonly light: LightAnswers | null;
  /** Requests that waited in the generator, since all its connections were busy. */
  readonly waitedForConnection: number;
  readonly generator: GeneratorCost;
  readonly intervals: readonly Interval[];
}

export interface LightAnswers {
  readonly requests: number;
  readonly answered: number;
  /** Requests that waited for a connection of the generator. */
  readonly waited: number;
  /** Null where too many of them waited, or none was answered: then it was not measured. */
  readonly latency: Distribution | null;
}

export interface Step extends Load {
  /** `open`: its data showed neither, and a longer step followed. */
  readonly verdict: StepVerdict | "open";
  /** Why it was missed, is open or invalid; empty where the objectives were met. */
  readonly reasons: readonly string[];
  /** Whether it had enough requests for its percentiles. */
  readonly enough: boolean;
  /** Whether it is a longer one, to confirm the rate that the search found. */
  readonly confirms: boolean;
}

export interface Hold extends Load {
  /** Of the rate that was found: 2 is twice. */
  readonly factor: number;
  /** Requests beside the load that looked at the refusals: the generator does not keep headers. */
  readonly refusals: Refusals;
  /** Why the generator may have been the bottleneck; empty where it was not. */
  readonly invalid: readonly string[];
}

export interface Refusals {
  readonly sampled: number;
  readonly refused: number;
  readonly withRetryAfter: number;
  /** Seconds, as the server asked; null where it never did. */
  readonly retryAfter: { readonly least: number; readonly most: number } | null;
  /** Median time to a refusal; null where nothing was refused. */
  readonly medianMs: number | null;
}

export interface Recovery extends Load {
  /**
   * From the end of the overload to the first moment after which all was normal again: within the
   * latency objective, and no errors. Null where that did not come within the time.
   */
  readonly afterMs: number | null;
  /** Bound of a normal answer. */
  readonly normalMs: number;
  /** Of answers after that moment: median of the intervals' medians. */
  readonly settledP50: number | null;
}

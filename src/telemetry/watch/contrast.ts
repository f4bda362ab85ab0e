/**
 * What a contrast tells while it runs: the same load on two modes, in turn. Each line of its process,
 * and each event of `GET /contrast/events`, is one of these. Types only: the page imports them.
 */
import type { SeenItem } from "./seen.ts";

export type ContrastEvent =
  | { readonly event: "plan"; readonly data: ContrastPlan }
  | { readonly event: "server"; readonly data: ContrastServer }
  | { readonly event: "seen"; readonly data: { readonly mode: string; readonly item: SeenItem } }
  | { readonly event: "step"; readonly data: ContrastStep }
  | { readonly event: "load"; readonly data: ContrastLoad }
  | { readonly event: "turn"; readonly data: ContrastTurn }
  | { readonly event: "end"; readonly data: ContrastEnd }
  /** It could not go on. */
  | { readonly event: "failed"; readonly data: { readonly message: string } };

export interface ContrastPlan {
  readonly modes: readonly string[];
  readonly task: string;
  /** Length of a bare run. */
  readonly runMs: number;
  readonly rounds: number;
  /** About how long it all takes. */
  readonly totalMs: number;
  /** Ms since 1970, by the clock of the server's machine. */
  readonly startedAt: number;
}

/** A mode's server is up. */
export interface ContrastServer {
  readonly mode: string;
  readonly pid: number;
  readonly workers: number;
  /** In each worker. */
  readonly slots: number;
}

/** What is measured now. */
export interface ContrastStep {
  /** In words, such as `round 2 of 6: threads`. */
  readonly label: string;
  /** Whose turn it is; null where it is no mode's. */
  readonly mode: string | null;
}

/** A moment of a load, about five times a second. */
export interface ContrastLoad {
  readonly mode: string;
  /** Ms since 1970. */
  readonly at: number;
  /** Correct answers. */
  readonly runsPerSecond: number;
  /** The longest `GET /` of this moment, from its intended send; null if none ended. */
  readonly lightMs: number | null;
}

/** A mode's turn in a round has ended. */
export interface ContrastTurn {
  readonly mode: string;
  readonly runsPerSecond: number;
}

export interface ContrastEnd {
  /** Whole sentences; the first is the answer in short. */
  readonly sentences: readonly string[];
  readonly modes: readonly ContrastResult[];
  /** Why it ended early; null where it did not. */
  readonly stopped: string | null;
}

export interface ContrastResult {
  readonly mode: string;
  /** Median of the rounds; null if there is none. */
  readonly runsPerSecond: number | null;
  /** `GET /` beside the load. Null where it was not measured, or is not valid. */
  readonly light: { readonly p50: number | null; readonly p99: number | null } | null;
  /** CPU time of a run, in the whole server. */
  readonly cpuMsPerRun: number | null;
  readonly memoryBytes: number | null;
}

/** The figures of a server: what its processes count and measure. */
import type { Life } from "../../channel/life.ts";

/**
 * A counter or a histogram, as it crosses between processes. Its help, its labels and its bounds are
 * in the table of definitions (definitions.ts), by its name.
 */
export interface CountedMetric {
  readonly name: string;
  readonly series: readonly Series[];
}

/** The numbers of one set of labels. Numbers of two processes add up, place by place. */
export interface Series {
  /** In the order of the metric's definition. */
  readonly labels: readonly string[];
  /** A counter's value. Or a histogram's sum, then how many values were in each bucket. */
  readonly numbers: readonly number[];
}

/** What a worker's parts do at this moment. */
export interface WorkerState {
  /** Runs that wait for a slot. */
  readonly pending: number;
  /** Slots that runs hold, and all slots. */
  readonly busySlots: number;
  readonly slots: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Memory of the process (resident set). */
  readonly rssBytes: number;
  /** JavaScript objects of the event loop's heap. */
  readonly heapUsedBytes: number;
  /** CPU time of the process since its start, threads included. */
  readonly cpuMs: number;
  readonly loop: LoopState;
  /** Of the Piscina pool; empty without one. */
  readonly threads: readonly ThreadState[];
}

/** The event loop of a worker. */
export interface LoopState {
  /** How long it was not idle since its start. */
  readonly activeMs: number;
  /** Share of the last second or more that it was not idle, 0 to 1. */
  readonly utilization: number;
  /** How late its timers were in the last 10 to 20 s. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export interface ThreadState {
  /** From 1. A new thread takes the place of one that has ended: so a label of it has few values. */
  readonly place: number;
  /** Its number in the process, as answers name it. No other thread ever has it. */
  readonly thread: number;
  readonly heapUsedBytes: number;
  /** CPU time since its start. */
  readonly cpuMs: number;
}

/** One life of a worker as the primary knows it. */
export interface WorkerFigures {
  /** Its place, from 1. */
  readonly worker: number;
  readonly life: Life;
  readonly pid: number | null;
  readonly stage: "booting" | "ready" | "leaving";
  readonly uptimeMs: number;
  /** Age of `state`. It grows while a run holds the worker's event loop. Null before the first one. */
  readonly snapshotAgeMs: number | null;
  readonly state: WorkerState | null;
  /** What it has counted, as old as `state`. */
  readonly runs: LifeRuns;
}

/** Runs of one life of a worker. */
export interface LifeRuns {
  /** Runs that ended here, for clients of other workers too. */
  readonly ended: number;
  /** Runs that were refused with 503. */
  readonly refused: number;
}

/** All that the primary knows, at one moment. */
export interface ServerFigures {
  readonly server: {
    readonly version: string;
    readonly node: string;
    readonly pid: number;
    readonly uptimeMs: number;
    readonly mode: string;
    readonly executor: string;
    /** How many workers there are to be. */
    readonly workers: number;
    /** Of the primary's process. */
    readonly process: PrimaryProcess;
  };
  readonly workers: readonly WorkerFigures[];
  /** Sums over all lives, those that are gone included, and what the primary itself counts. */
  readonly counted: readonly CountedMetric[];
}

export interface PrimaryProcess extends ProcessState {
  /** Ms since 1970. */
  readonly startedAt: number;
  /** File descriptors that are open, and the most that may be; null where that is not known. */
  readonly descriptors: { readonly open: number; readonly most: number } | null;
}

/** What a process takes from the machine. */
export interface ProcessState {
  /** CPU time since its start. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
}

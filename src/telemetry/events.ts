import { EventEmitter } from "node:events";
import type { Life } from "../channel/life.ts";
import type { AppError, ProblemType } from "../errors.ts";

/**
 * What happens in a process, by name, and what is told of it. The code that makes it happen emits
 * the event. Others listen: the log (log-events.ts), and whoever wants to count.
 *
 * A listener runs at once, inside of what happens: it must be quick and must not throw. Where an
 * event is frequent, ask `listenerCount` before you build one.
 */
export interface TelemetryEvents {
  /** An HTTP request has its whole response, or its client has gone. */
  readonly "request.ended": [RequestEnded];
  /** A run that had a slot has really ended, however its caller was answered. */
  readonly "run.ended": [RunEnded];
  /** A run did not get a slot. */
  readonly "run.refused": [RunRefused];
  /** An attempt of a job has ended in this worker. */
  readonly "job.attempt-ended": [AttemptEnded];
  /** The primary has started a worker's process. */
  readonly "worker.forked": [WorkerForked];
  /** A worker listens and takes work. */
  readonly "worker.ready": [WorkerReady];
  /** A worker's process has ended, or could not be started. */
  readonly "worker.ended": [WorkerEnded];
  /** A worker closed a connection past the most that it takes. */
  readonly "connection.refused": [ConnectionRefused];
  /** A connection was closed because a process had no file descriptor for it. */
  readonly "connection.closed": [ConnectionClosed];
  /** This process has no file descriptor left. Repeated every second while that lasts. */
  readonly "descriptors.exhausted": [DescriptorsExhausted];
}

/** The events of one process. */
export class Telemetry extends EventEmitter<TelemetryEvents> {}

export interface RequestEnded {
  readonly requestId: string;
  readonly method: string;
  readonly url: string;
  /** Null where the client went before there was a response. */
  readonly status: number | null;
  /** Of the body; undefined where it was not known in advance. */
  readonly bytes: number | undefined;
  readonly durationMs: number;
  /** Set where the client went before it had the whole response. */
  readonly clientGone?: true;
}

interface RunOfTask {
  readonly task: string;
  /** `live` where a client waited, `batch` for a job. */
  readonly lane: "live" | "batch";
  readonly executor: string;
}

export interface RunEnded extends RunOfTask {
  /** From acceptance to the start. */
  readonly queuedMs: number;
  /** How long it had its slot: its own time, and the way to a thread and back. */
  readonly heldMs: number;
  /** CPU time of the run; null where it is not known, and where the run failed. */
  readonly cpuMs: number | null;
  /** Null where the run ended well, or was called off. */
  readonly problem: ProblemType | null;
}

export interface RunRefused extends RunOfTask {
  /** Null where it was called off: its client has gone, or its job was cancelled. */
  readonly problem: ProblemType | null;
}

export interface AttemptEnded {
  /** Its id. */
  readonly job: string;
  /** From 1. */
  readonly attempt: number;
  readonly task: string;
  /** `handed-back`: it does not count, and the job goes back to the queue. */
  readonly ending: "succeeded" | "failed" | "cancelled" | "handed-back";
  /** Why it failed. */
  readonly error?: AppError;
}

export interface WorkerForked {
  /** Its number: its place in the server. */
  readonly worker: number;
  readonly life: Life;
  /** Undefined where the process could not be started. */
  readonly pid: number | undefined;
  /** How serious it is at this moment: a replacement says more than the first boot. */
  readonly level: "debug" | "info" | "warn" | "error";
}

export interface WorkerReady extends WorkerForked {
  /** From the fork. */
  readonly bootMs: number;
}

export interface WorkerEnded extends WorkerForked {
  readonly code: number | null;
  readonly signal: string | null;
  /** From the fork. */
  readonly uptimeMs: number;
  /** Why the primary ended it, or why it ended itself. */
  readonly because: string | undefined;
  /** Why it did not become ready. */
  readonly bootError?: string | undefined;
  /** When the next life in its place begins; undefined where none does. */
  readonly respawnInMs?: number | undefined;
}

export interface ConnectionRefused {
  /** The most that this worker takes. */
  readonly connections: number;
  /** File descriptors that this process may have. */
  readonly limit: number;
}

export interface ConnectionClosed {
  /** Which process: `the primary`, or a worker by its name. */
  readonly process: string;
  /** File descriptors that each process may have; undefined where that is not known. */
  readonly limit: number | undefined;
}

export interface DescriptorsExhausted {
  /** EMFILE where this process has none left, ENFILE where the whole system has none. */
  readonly code: string;
  /** File descriptors that this process may have; undefined where that is not known. */
  readonly limit: number | undefined;
}

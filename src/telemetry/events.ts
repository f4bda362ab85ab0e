import { EventEmitter } from "node:events";
import type { Life } from "../channel/life.ts";
import type { WearReason } from "../channel/supervision.ts";
import type { AppError } from "../errors.ts";
import type { ProblemType } from "../problems.ts";
import type { RunEnded, RunLent, RunRefused, RunStarted } from "./run-events.ts";

export type {
  RunEnded,
  RunLent,
  RunOnSlot,
  RunOutcome,
  RunRefused,
  RunStarted,
} from "./run-events.ts";

/**
 * The events of a process by name, each with its fields. The code where something happens emits the
 * event. The log listens (log-events.ts), and so can anything that counts.
 *
 * Listeners run synchronously, inside the code that emits: they must be quick and must not throw.
 * On a hot path, check `listenerCount` before building an event.
 */
export interface TelemetryEvents {
  /** The response to an HTTP request was sent, or its client left. */
  readonly "request.ended": [RequestEnded];
  /** A run is about to start, on its slot. On the event loop, it may hold it from now on. */
  readonly "run.started": [RunStarted];
  /** A run has really ended and freed its slot. Its caller may have been answered before. */
  readonly "run.ended": [RunEnded];
  /** A run did not get a slot. */
  readonly "run.refused": [RunRefused];
  /** Another worker has carried out a run of a client of this one, or was lost with it. */
  readonly "run.ended-elsewhere": [RunRefused];
  /** A run that this worker had lent to others is with it again, or has ended. */
  readonly "run.lent": [RunLent];
  /** An attempt of a job has ended in this worker. */
  readonly "job.attempt-ended": [AttemptEnded];
  /** The primary has started a worker's process. */
  readonly "worker.forked": [WorkerForked];
  /** A worker listens and takes work. */
  readonly "worker.ready": [WorkerReady];
  /** A worker's process has ended, or could not be started. */
  readonly "worker.ended": [WorkerEnded];
  /** Every worker has been ready at the same time, and the start line is printed. */
  readonly "server.up": [];
  /** The server drains, or ends because it cannot go on. */
  readonly "server.stopping": [];
  /** The workers are being replaced one by one. */
  readonly "reload.begun": [];
  /** Every new worker is ready; or the workers from before go on. */
  readonly "reload.ended": [ReloadEnded];
  /** A worker closed a connection past the most that it takes. */
  readonly "connection.refused": [ConnectionRefused];
  /** A connection was closed because a process had no file descriptor for it. */
  readonly "connection.closed": [ConnectionClosed];
  /** The primary did not say in time whether a client may go on. Its request went on uncounted. */
  readonly "client.uncounted": [ClientUncounted];
  /** A worker took a connection. */
  readonly "connection.opened": [];
  /** A Piscina thread ended, and another one takes its place. */
  readonly "thread.ended": [ThreadEnded];
  /** This process has no file descriptor left. Repeated every second while that lasts. */
  readonly "descriptors.exhausted": [DescriptorsExhausted];
}

/** The events of one process. */
export class Telemetry extends EventEmitter<TelemetryEvents> {}

export interface RequestEnded {
  readonly requestId: string;
  readonly method: string;
  /** Without the query: it may hold an input. Undefined if the target is no path. */
  readonly path: string | undefined;
  /** The pattern that the path fits, such as `/jobs/:id`. Undefined if there is none. */
  readonly route: string | undefined;
  /** Null if the client left before there was a response. */
  readonly status: number | null;
  /** Length of the body; undefined if it was not known in advance. */
  readonly bytes: number | undefined;
  readonly durationMs: number;
  /** Set if the client left before it had the whole response. */
  readonly clientGone?: true | undefined;
  /** Undefined if the connection was closed before anybody asked. */
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** What the answer was, if it was a problem. */
  readonly problem?: ProblemType | undefined;
  /** The span of the request, if there is one. */
  readonly trace?: TraceIds | undefined;
}

/** Which span a line of the log belongs to. */
export interface TraceIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

export interface AttemptEnded {
  /** The job's id. */
  readonly job: string;
  /** From 1. */
  readonly attempt: number;
  readonly task: string;
  /** `handed-back`, `snoozed`: the attempt does not count, and the job returns to the queue. */
  readonly ending: "succeeded" | "failed" | "snoozed" | "cancelled" | "handed-back";
  /** Why it failed. */
  readonly error?: AppError;
}

export type ThreadEnded =
  /** `crashed`: it exited, threw, or used up its heap. `interrupted`: its run was ended. */
  | { readonly reason: "crashed" | "interrupted" }
  /** After a run it kept more than it may. */
  | {
      readonly reason: "memory";
      /** Of the run that was the last one. Earlier ones may have left more. */
      readonly task: string;
      readonly keptBytes: number;
      readonly limitBytes: number;
    };

export interface WorkerForked {
  /** The worker's number: its place in the server. */
  readonly worker: number;
  readonly life: Life;
  /** Undefined if the process could not be started. */
  readonly pid: number | undefined;
  /** The level of its log line: a replacement matters more than the first boot. */
  readonly level: "debug" | "info" | "warn" | "error";
}

export interface WorkerReady extends WorkerForked {
  /** Since the fork. */
  readonly bootMs: number;
}

/** Why a worker was told to end while the server goes on. */
export type RetireReason = "reloaded" | WearReason | "fewer-workers" | "not-ready";

/**
 * Why a life of a worker has ended. `crashed`: nothing in the server asked for it. `hung`: a run in it
 * did not end. `not-ready`: it could not boot. `stopped`: with the server.
 */
export type EndReason = "crashed" | "hung" | RetireReason | "stopped";

export interface WorkerEnded extends WorkerForked {
  readonly reason: EndReason;
  readonly code: number | null;
  readonly signal: string | null;
  /** Since the fork. */
  readonly uptimeMs: number;
  /** Why it had to end; undefined if nothing in the server asked for it. */
  readonly because: string | undefined;
  /** Why it did not become ready. */
  readonly bootError?: string | undefined;
  /** When the next life in its place begins; undefined if none does. */
  readonly respawnInMs?: number | undefined;
}

export interface ReloadEnded {
  /** Why the workers from before go on; undefined where they are replaced. */
  readonly error: string | undefined;
}

export interface ConnectionRefused {
  /** The most connections that this worker takes. */
  readonly connections: number;
  /** The most file descriptors that this process may have; null where --max-connections allows fewer. */
  readonly limit: number | null;
}

export interface ConnectionClosed {
  /** Which process: `the primary`, or a worker by its name. */
  readonly process: string;
  /** The most file descriptors that a process may have; undefined if that is not known. */
  readonly limit: number | undefined;
}

export interface ClientUncounted {
  /** How long its request waited. */
  readonly waitedMs: number;
}

export interface DescriptorsExhausted {
  /** EMFILE if this process has none left, ENFILE if the whole system has none. */
  readonly code: string;
  /** The most file descriptors that this process may have; undefined if that is not known. */
  readonly limit: number | undefined;
}

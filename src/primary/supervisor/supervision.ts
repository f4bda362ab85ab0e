/** What the supervisor knows, hears and asks for. */

import type { Life } from "../../channel/life.ts";
import type { WearReason } from "../../channel/supervision.ts";
import type { TelemetryEvents } from "../../telemetry/events.ts";
import type { Place } from "./place.ts";
import type { WorkerHandle } from "./worker-handle.ts";

export interface SupervisorSettings {
  readonly workers: number;
  /** For a worker to become ready. */
  readonly bootTimeoutMs: number;
  /** For a worker that hangs to end by itself. */
  readonly hangTimeoutMs: number;
  /** For the workers to finish what runs, when the server is stopped. */
  readonly drainTimeoutMs: number;
  /** From 0 to below 1, for the back-off's jitter. */
  readonly random: () => number;
}

/** SIGHUP stops a server whose terminal closes. Without a terminal it is a reload: signals.ts. */
export const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type StopSignal = (typeof stopSignals)[number];

export function isStopSignal(signal: string): signal is StopSignal {
  return stopSignals.some((each) => each === signal);
}

export type SupervisorEvent =
  | { readonly type: "start" }
  | { readonly type: "forked"; readonly life: Life; readonly pid: number }
  | { readonly type: "ready"; readonly life: Life }
  /** What a worker does while it boots; "" for nothing of note. */
  | { readonly type: "boot-step"; readonly life: Life; readonly step: string }
  | { readonly type: "boot-failed"; readonly life: Life; readonly message: string }
  /** The worker ends because a run in it does not; the message says which. */
  | { readonly type: "hung"; readonly life: Life; readonly message: string }
  /** Its watchdog has ended. As a rule the worker is ending too. */
  | { readonly type: "unwatched"; readonly life: Life }
  /** The worker has had enough, and goes on until another one has taken its place. */
  | { readonly type: "worn"; readonly life: Life; readonly reason: WearReason }
  | Exited
  | { readonly type: "signal"; readonly signal: StopSignal }
  /** Every worker is to be replaced, one after the other. */
  | { readonly type: "roll" }
  /** There are to be so many workers from now on. */
  | { readonly type: "resize"; readonly workers: number }
  /** It is the time that the last step asked for (`wakeAt`). */
  | { readonly type: "wake" };

/** A worker's process has ended, or could not be started. */
export interface Exited extends ProcessEnd {
  readonly type: "exited";
  readonly life: Life;
  /** Whether it ran a job at its end. */
  readonly hadJob: boolean;
  /** Why it could not be started, where the system was short of something. */
  readonly shortage?: string;
}

/** How a process ended. Neither code nor signal: it could not be started. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

type WorkerEvent = "worker.forked" | "worker.ready" | "worker.ended";

type Emission = {
  [Name in WorkerEvent]: {
    readonly type: "emit";
    readonly name: Name;
    readonly event: TelemetryEvents[Name][0];
  };
}[WorkerEvent];

export type SupervisorAction =
  | Emission
  | { readonly type: "fork"; readonly life: Life; readonly number: number }
  /** `kill` is by SIGKILL. */
  | { readonly type: "kill"; readonly life: Life }
  /** With `goesOn` the server goes on, and other workers take the connections. */
  | { readonly type: "drain"; readonly life: Life; readonly goesOn: boolean }
  /** `announce`: every worker is ready for the first time. */
  | { readonly type: "announce" | "stop-accepting" }
  /**
   * A roll has ended: the last old worker drains. With an error a new worker could not boot, and the
   * old ones go on.
   */
  | { readonly type: "rolled"; readonly error: string | undefined; readonly tookMs: number }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  /** The server ends; with a message where it could not go on. */
  | { readonly type: "exit"; readonly code: number; readonly message: string | undefined };

export interface SupervisorState {
  /** `booting` until every worker has been ready at the same time, then `up`. */
  readonly phase: "booting" | "up" | "draining" | "failing" | "ended";
  /** One for each worker that the server is to have. */
  readonly places: readonly Place[];
  /** Every life that has a process, the oldest first. Two of them may be in one place. */
  readonly workers: readonly WorkerHandle[];
  readonly lastLife: Life | undefined;
  /** The end under way, in the phases `draining` and `failing`. */
  readonly stop: Stop | undefined;
  /** The replacement of all workers that is under way, or waits until the server is up. */
  readonly roll: Roll | undefined;
}

export interface Roll {
  readonly since: number;
  /** This life and the earlier ones are to be replaced. */
  readonly lastOld: Life | undefined;
}

export interface Stop {
  readonly since: number;
  /** When to kill the workers that are left. After the kill: when to stop waiting for them. */
  readonly deadline: number;
  readonly killed: boolean;
  /** What the server will exit with. */
  readonly code: number;
  readonly message: string | undefined;
}

export interface Step {
  readonly state: SupervisorState;
  /** To be carried out in this order. */
  readonly actions: readonly SupervisorAction[];
  /** When to send `wake`; undefined where only other events matter. */
  readonly wakeAt: number | undefined;
}

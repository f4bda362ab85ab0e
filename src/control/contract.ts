/** Messages between the primary and the thread of its admin listener. */
import {
  isCount,
  isFlag,
  isNull,
  isNumber,
  isObject,
  isObjectOrNull,
  isOneOf,
  isText,
} from "../channel/checks.ts";
import { fits, type Side } from "../channel/contract.ts";
import { logLevels } from "../config/options/log.ts";
import type { QueueStats } from "../jobs/stats.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import { areGroups, areRuns } from "../telemetry/watch/contract.ts";
import type { SeenMark } from "../telemetry/watch/seen.ts";
import type { AppSettings } from "./app-settings.ts";

/** What the primary answers and takes. The thread is part of the server: its values are right. */
export const controlledSide = {
  calls: {
    figures: { args: {}, answer: isObject<ServerFigures> },
    /** Null on a server without jobs. */
    "job-stats": { args: {}, answer: isObjectOrNull<QueueStats> },
    /** Answered when the last old worker has drained. */
    reload: { args: {}, answer: isReloaded },
    "change-workers": { args: { by: isOneMoreOrLess }, answer: isWorkerCount },
    "set-log-level": { args: { level: isOneOf(...logLevels) }, answer: isNull },
    /** From now on the thread gets marks. The answer has those from before. */
    follow: { args: {}, answer: isObject<{ readonly marks: readonly SeenMark[] }> },
    "set-paused": { args: { paused: isFlag, task: isTextOrUndefined }, answer: isNull },
  },
  notes: {
    listening: { port: isCount },
    /** Whether somebody watches runs. */
    watch: { isOn: isFlag },
    /** A line for the log of the primary. */
    logged: { level: isOneOf("error", "warn", "debug"), message: isText, fields: isObject<object> },
  },
} satisfies Side;

/** What the thread takes. */
export const controlSide = {
  calls: {
    /** The server is about to end. Answered when the other hosts can see that. */
    leave: { args: {}, answer: isNull },
  },
  notes: {
    /** What its routes work with from now on. */
    settings: { settings: isObject<AppSettings> },
    /** What a watcher is told of the server, and may have changed by a reload. */
    about: { about: isObject<AboutServer> },
    mark: { mark: isObject<SeenMark> },
    /** Runs of a worker. A task may have forged them. */
    runs: {
      ...{ worker: isCount, life: isCount, pid: isCount },
      ...{ runs: areRuns, groups: areGroups },
    },
  },
} satisfies Side;

/** What a watcher is told of the server, beside its figures. */
export interface AboutServer {
  /** Where it serves. */
  readonly url: string;
  readonly hasJobs: boolean;
  /** How many runs may wait in a worker. */
  readonly maxPending: number;
  /** Of the user's own tasks. */
  readonly taskFiles: readonly string[];
}

export type ControlledSide = typeof controlledSide;
export type ControlSide = typeof controlSide;

function isReloaded(value: unknown): value is { readonly tookMs: number } {
  return fits(value, { tookMs: isNumber });
}

function isWorkerCount(value: unknown): value is { readonly workers: number } {
  return fits(value, { workers: isCount });
}

function isOneMoreOrLess(value: unknown): value is 1 | -1 {
  return value === 1 || value === -1;
}

function isTextOrUndefined(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

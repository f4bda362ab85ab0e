/**
 * What the hosts that share a queue show of each other: the answer of control to `GET /hosts`. A host is
 * one server: its primary and its workers. Types only: the page imports them.
 */
import type { SeenQuantiles } from "./seen.ts";

export interface SeenHosts {
  /**
   * Whether the hosts that share the queue with this one are known. `none`: the queue is of this host
   * alone. `unknown`: Redis does not answer, so only this host is listed.
   */
  readonly others: "none" | "known" | "unknown";
  /** This one first, the others by name. */
  readonly hosts: readonly SeenHost[];
}

export interface SeenHost extends HostRecord {
  readonly isThis: boolean;
  /** Since its figures were told, ms: of the others by Redis' clock. */
  readonly ageMs: number;
}

/** What a host tells the others once a second. */
export interface HostRecord {
  /** Of this process, and of no other one. */
  readonly id: string;
  /** The name of its machine. */
  readonly name: string;
  readonly pid: number;
  readonly version: string;
  readonly node: string;
  readonly mode: string;
  readonly executor: string;
  readonly hasJobs: boolean;
  /** Where it serves, and where its control is, as its start line says. */
  readonly url: string;
  readonly control: string;
  /** Ms since 1970, by its own clock. */
  readonly startedAt: number;
  /** The first 256. */
  readonly workers: readonly HostWorker[];
  readonly figures: HostFigures;
}

export interface HostWorker {
  readonly worker: number;
  readonly pid: number | null;
  readonly stage: "booting" | "ready" | "leaving";
  readonly slots: number;
  readonly busySlots: number;
  /** Runs that wait in it. */
  readonly pending: number;
  readonly rssBytes: number;
}

export interface HostFigures {
  /** Requests that ended, each second of the last five. */
  readonly requestsPerSecond: number;
  /** Runs that ended in the last second. */
  readonly runsPerSecond: number;
  /** The share of the machine's cores that its workers use, 0 to 1; null where that is not known yet. */
  readonly busyShare: number | null;
  /** How many cores the host may use. */
  readonly cores: number;
  /** Of the runs that ended in the last second; null if none did. */
  readonly ranMs: SeenQuantiles | null;
  /** As this host sees them; null on a server without jobs, or where the queue did not answer in time. */
  readonly jobs: Readonly<Record<"queued" | "running", number>> | null;
}

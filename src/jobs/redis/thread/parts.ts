import type { Ids } from "../../ids/ids.ts";
import type { Client } from "../connections.ts";
import type { News } from "./hosts/news.ts";
import type { Pauses } from "./hosts/pauses.ts";
import type { Keys } from "./records/keys.ts";
import type { Pool } from "./records/record.ts";
import type { Tally } from "./tally.ts";
import type { HeldTickets } from "./tickets/held-tickets.ts";
import type { Placing } from "./tickets/placing.ts";
import type { Tickets } from "./tickets/tickets.ts";

/** What commands work with. */
export interface Parts {
  /** For reads and changes. */
  readonly client: Client;
  readonly keys: Keys;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly tickets: Readonly<Record<Pool, Tickets>>;
  readonly held: HeldTickets;
  readonly placing: Placing;
  readonly tally: Tally;
  readonly pauses: Pauses;
  readonly news: News;
  readonly background: Background;
  /** Most jobs of a task that may run at once, in all hosts together. */
  readonly limits: Map<string, number>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly maxQueued: number;
  readonly retentionMs: number;
}

/** What is begun right after a commit, and not waited for. Chores do it if this host is gone by then. */
export interface Background {
  /** @param untold an end of `keys.untold` */
  tellDependants(untold: string): void;
  /** @param seq of a batch whose counts have changed */
  lookAtBatch(seq: number): void;
  /** @param line one that a running job has left, or one with room: the next may start there */
  lookAtLine(line: string): void;
  /** The attempt is to stop, if this host has it. */
  stop(seq: number, token: number): void;
}

export interface Clock {
  /** Redis' time: ms since 1970, whole. */
  now(): number;
  /** ms, monotonic, of this process. */
  steady(): number;
}

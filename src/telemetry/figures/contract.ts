/** Messages between a worker and the primary's fleet: the figures of the server. */

import { isList, isObject } from "../../channel/checks.ts";
import type { Side } from "../../channel/contract.ts";
import type { CountedMetric, ServerFigures, WorkerState } from "./figures.ts";

/** What the primary takes. */
export const fleetSide = {
  calls: {
    /** The figures of the whole server, for `/metrics` and `/stats` of the main port. */
    figures: { args: {}, answer: isObject<ServerFigures> },
  },
  notes: {
    /** The worker's newest figures; at most a few a second. */
    snapshot: { state: isObject<WorkerState>, counted: isList<CountedMetric> },
  },
} satisfies Side;

/** What a worker takes. */
export const memberSide = { calls: {}, notes: {} } satisfies Side;

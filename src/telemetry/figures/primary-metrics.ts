import type { EndReason, Telemetry } from "../events.ts";
import type { Counting } from "./counting.ts";
import { increment, SeriesTable } from "./series-table.ts";

/** A worker that ended so leaves its place empty. */
const unreplaced: ReadonlySet<EndReason> = new Set(["stopped", "fewer-workers"]);

/** Counts the events of the primary: workers that were replaced, connections that it closed. */
export function countPrimaryEvents(telemetry: Telemetry): Counting {
  const refused = new SeriesTable("manycore_connections_refused_total");
  const restarts = new SeriesTable("manycore_worker_restarts_total");
  let changes = 0;
  telemetry.on("connection.closed", () => {
    changes++;
    increment(refused.of("descriptors"));
  });
  telemetry.on("worker.ended", ({ reason }) => {
    if (unreplaced.has(reason)) return;
    changes++;
    increment(restarts.of(reason));
  });
  return {
    counted: () => [refused.read(), restarts.read()],
    get changes() {
      return changes;
    },
  };
}

import type { Telemetry } from "../events.ts";
import type { Counting } from "./counting.ts";
import { increment, SeriesTable } from "./series-table.ts";

/** Counts the events of the primary: workers that were replaced, connections that it closed. */
export function countPrimaryEvents(telemetry: Telemetry): Counting {
  const refused = new SeriesTable("manycore_connections_refused_total");
  const restarts = new SeriesTable("manycore_worker_restarts_total");
  let changes = 0;
  telemetry.on("connection.closed", () => {
    changes++;
    increment(refused.of("descriptors"));
  });
  return {
    counted: () => [refused.read(), restarts.read()],
    get changes() {
      return changes;
    },
  };
}

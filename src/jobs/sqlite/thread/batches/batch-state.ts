import { finalStates } from "../../../job.ts";
import type { EndedCounts } from "../../../transitions/batch-end.ts";
import type { Row } from "../jobs/rows.ts";

/** What the row of a batch says of its end. */
export function stateOf(row: Row) {
  const ended = Object.fromEntries(finalStates.map((state) => [state, row[state]]));
  return {
    total: row["total"] as number,
    ended: ended as unknown as EndedCounts,
    finishedAt: row["finished_at"] as number | null,
  };
}

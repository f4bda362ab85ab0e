import type { DatabaseSync } from "node:sqlite";
import { settleDependants } from "./after/settling.ts";
import { closeBatches } from "./batches/batch-changes.ts";
import type { StoreParts } from "./store-parts.ts";
import { inTransaction } from "./transaction.ts";

/** Most dependants that are told with the end of a job. The others follow as chores. */
const settleLimit = 50;

/**
 * Changes the file all at once, with what follows from the change, or not at all. What the parts keep
 * in memory changes with it.
 */
export function changeStore<Value>(
  db: DatabaseSync,
  parts: StoreParts,
  change: () => Value,
): Value {
  const { tally, watched, watchedBatches, stops, deliveries, pauses, pauseShift } = parts;
  const { batches, dependencies, schedules } = parts;
  const kept = [tally, watched, watchedBatches, stops, deliveries, pauses, pauseShift];
  const inMemory = [...kept, schedules.due.news];
  try {
    const value = inTransaction(db, () => {
      const made = change();
      if (dependencies.mayBeUntold) settleDependants(parts, settleLimit);
      closeBatches(parts);
      return made;
    });
    for (const each of inMemory) each.commit();
    return value;
  } catch (error) {
    for (const each of [...inMemory, batches, dependencies]) each.rollBack();
    throw error;
  }
}

/** How many rows were ever written here: for a comparison of before and after. */
export function countChanges({ sql }: StoreParts): number {
  return sql.changes.get()?.["rows"] as number;
}

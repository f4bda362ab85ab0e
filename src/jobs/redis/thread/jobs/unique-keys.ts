import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { JobRecord } from "../records/record.ts";

/** What a job that waits again does about its unique key. */
export interface Holding {
  readonly holdsUnique: boolean;
  readonly writes: (change: Change) => void;
}

/** A job that had given its key back waits again. It holds the key again if that is free. */
export async function holdAgain(parts: Parts, record: JobRecord): Promise<Holding> {
  const { unique, holdsUnique, task, seq } = record;
  if (!unique || holdsUnique) return { holdsUnique, writes: () => {} };
  const key = parts.keys.unique(task, unique.key);
  if ((await parts.client.get(key)) !== null) return { holdsUnique: false, writes: () => {} };
  const writes = (change: Change) => {
    change.expect("value", key, "");
    change.do("SET", key, seq);
  };
  return { holdsUnique: true, writes };
}

/** The number of the job that holds a key; null if it is free. */
export async function holderOf(parts: Parts, task: string, key: string): Promise<number | null> {
  const holder = await parts.client.get(parts.keys.unique(task, key));
  return holder === null ? null : Number(holder);
}

import type { Parts } from "../parts.ts";
import { forgetDeliveries } from "../webhooks/announce.ts";
import type { Change } from "./commit.ts";
import type { Decision } from "./job-changes.ts";
import { isFinal, type JobRecord } from "./record.ts";

/** A job that has ended is removed, with everything that belongs to it. */
export function removal(parts: Parts, record: JobRecord): Decision<null> | null {
  if (!isFinal(record.state)) return null;
  const write = (change: Change) => {
    for (const key of record.keys) change.do("DEL", parts.keys.idempotency(key));
    forgetDeliveries(change, parts, record);
  };
  return { after: null, write, value: null };
}

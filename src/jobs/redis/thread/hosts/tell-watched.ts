import type { HostChannel } from "../../../messages/commands.ts";
import { findBatch } from "../batches/batch-record.ts";
import { eachInTurn } from "../batches/each-in-turn.ts";
import { findRow } from "../jobs/reader.ts";
import type { Parts } from "../parts.ts";
import type { NewsListener } from "./news.ts";

/** Tells the primary how watched jobs and batches are now, each time that they have changed. */
export function tellWatched(
  parts: Parts,
  host: Pick<HostChannel, "note">,
): Pick<NewsListener, "onChanged" | "onBatchChanged"> {
  return {
    onChanged: (seq) => {
      // Where Redis is away, who watches asks again, or gives up.
      tellJob(parts, host, seq).catch(() => {});
    },
    onBatchChanged: eachInTurn((seq: number) => tellBatch(parts, host, seq)),
  };
}

async function tellJob(parts: Parts, host: Pick<HostChannel, "note">, seq: number): Promise<void> {
  const found = await findRow(parts, seq);
  host.note("news", { id: parts.ids.idOf(seq), found });
}

async function tellBatch(
  parts: Parts,
  host: Pick<HostChannel, "note">,
  seq: number,
): Promise<void> {
  const found = await findBatch(parts, seq);
  host.note("batch-news", { id: parts.ids.batchIdOf(seq), found });
}

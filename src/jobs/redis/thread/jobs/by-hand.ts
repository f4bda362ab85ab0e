/** Jobs are cancelled and removed by hand; and what is done to many at once. */
import type { ManyChanged, Removal, Selection } from "../../../control.ts";
import type { Found } from "../../../job.ts";
import type { Attempt } from "../../../messages/commands.ts";
import { type BulkAction, onDelete } from "../../../transitions/by-hand.ts";
import { onCancel } from "../../../transitions/transitions.ts";
import type { Parts } from "../parts.ts";
import { changeJob } from "../records/job-changes.ts";
import { removal } from "../records/removing.ts";
import { endedJob } from "./attempt-ends.ts";
import { type Known, requireKnown, rowOf } from "./known.ts";
import { findJob, selectJobs } from "./reader.ts";
import { wakeRow } from "./waking.ts";

/** @returns `token`: of the attempt to stop, where the job is running */
export async function cancelJob(
  parts: Parts,
  known: Known,
): Promise<{ readonly found: Found; readonly token: number | null }> {
  const { id } = known;
  const { token } = await cancelRow(parts, rowOf(parts, id), known);
  if (token !== null) parts.news.tell({ kind: "stop", id, token });
  return { found: await findJob(parts, id), token };
}

/** @returns `isNew`: whether the job is another one than before */
export async function cancelRow(
  parts: Parts,
  seq: number,
  known?: Known,
): Promise<{ readonly token: number | null; readonly isNew: boolean }> {
  let token: number | null = null;
  const changed = await changeJob(parts, seq, ({ record }) => {
    requireKnown(record, known);
    token = record.state === "running" ? record.token : null;
    switch (onCancel(record.state)) {
      case "end":
        return { after: endedJob(parts, record, { to: "cancelled" }), value: null };
      case "stop":
        if (record.cancelRequested) return null;
        return { after: { ...record, cancelRequested: true }, value: null };
      case "nothing":
        return null;
    }
  });
  return { token, isNew: changed !== null };
}

export async function removeJob(
  parts: Parts,
  known: Known,
): Promise<{ readonly removal: Removal; readonly stops: readonly Attempt[] }> {
  const { id } = known;
  const { isRemoved, stop } = await removeRow(parts, rowOf(parts, id), known);
  if (isRemoved) return { removal: { kind: "removed" }, stops: [] };
  return { removal: await findJob(parts, id), stops: stop === null ? [] : [{ id, token: stop }] };
}

async function removeRow(
  parts: Parts,
  seq: number,
  known?: Known,
): Promise<{ readonly isRemoved: boolean; readonly stop: number | null }> {
  const removed = await changeJob(parts, seq, ({ record }) => {
    requireKnown(record, known);
    return onDelete(record.state) === "remove" ? removal(parts, record) : null;
  });
  if (removed) return { isRemoved: true, stop: null };
  const { token } = await cancelRow(parts, seq, known);
  if (token !== null) parts.news.tell({ kind: "stop", id: parts.ids.idOf(seq), token });
  return { isRemoved: false, stop: token };
}

/** The same for all that a filter selects. @returns also the attempts that are to be stopped */
export async function changeMany(
  parts: Parts,
  action: BulkAction,
  { limit, cursor, ...filter }: Selection,
): Promise<ManyChanged & { readonly stops: readonly Attempt[] }> {
  const { seqs, before } = await selectJobs(parts, filter, limit, cursor);
  const stops: Attempt[] = [];
  const done = await Promise.all(seqs.map((seq) => changeOne(parts, action, seq, stops)));
  const changed = done.filter((isChanged) => isChanged).length;
  return { changed, cursor: before === null ? null : parts.ids.cursorOf(before), stops };
}

/** @returns whether the job is another one than before */
async function changeOne(
  parts: Parts,
  action: BulkAction,
  seq: number,
  stops: Attempt[],
): Promise<boolean> {
  if (action === "retry") return (await wakeRow(parts, seq)).isChanged;
  if (action === "remove") return (await removeRow(parts, seq)).isRemoved;
  const { token, isNew } = await cancelRow(parts, seq);
  if (token !== null) {
    const stop = { id: parts.ids.idOf(seq), token };
    parts.news.tell({ kind: "stop", ...stop });
    stops.push(stop);
  }
  return isNew;
}

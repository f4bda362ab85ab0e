import type { DatabaseSync } from "node:sqlite";
import type { Batch, BatchListing, BatchPage, FoundBatch, NewBatch } from "../../../batch.ts";
import type { Ids } from "../../../ids/ids.ts";
import { type FinalState, finalStates } from "../../../job.ts";
import { refuseCursor } from "../../../refused.ts";
import { countEnded, endsNow, noneEnded } from "../../../transitions/batch-end.ts";
import type { Row } from "../jobs/rows.ts";
import { stateOf } from "./batch-state.ts";

const counts = finalStates.join(", ");

/** The last job of a batch has ended. */
export interface BatchEnd {
  readonly seq: number;
  /** The URL of its webhook. */
  readonly onEnd: string | null;
}

/** The batches whose counts have changed, and the ends among them. */
interface WrittenCounts {
  readonly changed: readonly number[];
  readonly ends: readonly BatchEnd[];
}

const nothingWritten: WrittenCounts = { changed: [], ends: [] };

/** The rows of batches. What a transaction changes in the counts is written at its end. */
export class BatchRows {
  readonly #ids: Ids;
  readonly #sql;
  /** By batch, in the transaction that is open. */
  readonly #changes = new Map<number, Record<FinalState, number>>();
  #mayBeCancelling = true;

  constructor(db: DatabaseSync, ids: Ids) {
    this.#ids = ids;
    this.#sql = {
      keyed: db.prepare("SELECT seq, fingerprint FROM batch WHERE key = ?"),
      insert: db.prepare(
        `INSERT INTO batch (created_at, first_job, total, kept, key, fingerprint, on_end)
         SELECT ?1, 1 + coalesce(max(seq), 0), ?2, ?2, ?3, ?4, ?5
         FROM sqlite_sequence WHERE name = 'job'
         RETURNING seq, first_job`,
      ),
      count: db.prepare(
        `UPDATE batch SET version = version + 1,
           ${finalStates.map((state) => `${state} = ${state} + $${state}`).join(", ")}
         WHERE seq = $seq RETURNING total, finished_at, on_end, ${counts}`,
      ),
      finish: db.prepare("UPDATE batch SET finished_at = ?, cancelled_to = NULL WHERE seq = ?"),
      row: db.prepare("SELECT * FROM batch WHERE seq = ?"),
      older: db.prepare("SELECT * FROM batch WHERE seq < ? ORDER BY seq DESC LIMIT ?"),
      running: db.prepare(
        "SELECT count(*) AS n FROM job INDEXED BY job_state WHERE state = 2 AND batch = ?",
      ),
      beginCancel: db.prepare(
        `UPDATE batch SET cancelled_to = 0
         WHERE seq = ? AND ${finalStates.join(" + ")} < total RETURNING seq`,
      ),
      cancelling: db.prepare(
        `SELECT seq, cancelled_to FROM batch INDEXED BY batch_cancelling
         WHERE cancelled_to IS NOT NULL ORDER BY seq LIMIT 1`,
      ),
      jobsAfter: db.prepare(
        `SELECT seq FROM job INDEXED BY job_batch WHERE batch = ? AND seq > ? ORDER BY seq LIMIT ?`,
      ),
      cancelled: db.prepare("UPDATE batch SET cancelled_to = ? WHERE seq = ?"),
      lastSeq: db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'batch'"),
    };
  }

  /** The batch that was submitted under this key. */
  keyed(name: string): { readonly seq: number; readonly fingerprints: readonly string[] } | null {
    const row = this.#sql.keyed.get(name);
    if (!row) return null;
    const fingerprints = (row["fingerprint"] as string).split(" ");
    return { seq: row["seq"] as number, fingerprints };
  }

  /** @returns its row, and the row that its first job is going to have */
  insert({ jobs, key, onEnd }: NewBatch, at: number): { seq: number; firstJob: number } {
    const { name = null, fingerprints = null } = key ?? {};
    const named = [name, fingerprints?.join(" ") ?? null, onEnd?.url ?? null] as const;
    const row = this.#sql.insert.get(at, jobs.length, ...named) as Row;
    return { seq: row["seq"] as number, firstJob: row["first_job"] as number };
  }

  /** A job has ended. */
  ended(seq: number, state: FinalState): void {
    this.#changeOf(seq)[state]++;
  }

  /** A job that had ended is to run again. */
  revived(seq: number, from: FinalState): void {
    this.#changeOf(seq)[from]--;
  }

  /** Writes the counts, several ends of one batch at once. */
  write(now: number): WrittenCounts {
    if (this.#changes.size === 0) return nothingWritten;
    const changed = [...this.#changes.keys()];
    const ends: BatchEnd[] = [];
    for (const [seq, change] of this.#changes) {
      const row = this.#sql.count.get({ seq, ...change });
      if (!row || !endsNow(stateOf(row))) continue;
      this.#sql.finish.run(now, seq);
      ends.push({ seq, onEnd: row["on_end"] as string | null });
    }
    this.#changes.clear();
    return { changed, ends };
  }

  rollBack(): void {
    this.#changes.clear();
    this.#mayBeCancelling = true; // What the transaction had cancelled is left again.
  }

  /** From now on its jobs are being cancelled, unless all have ended. */
  beginCancel(seq: number): void {
    if (this.#sql.beginCancel.get(seq)) this.#mayBeCancelling = true;
  }

  /** Whether jobs of batches may be left to cancel. */
  get mayBeCancelling(): boolean {
    return this.#mayBeCancelling;
  }

  /** Takes the next jobs of a batch that is being cancelled. Whoever takes them cancels them. */
  takeToCancel(limit: number): number[] {
    const row = this.#sql.cancelling.get();
    this.#mayBeCancelling = row !== undefined;
    if (!row) return [];
    const { seq, cancelled_to } = row;
    const jobs = this.#sql.jobsAfter.all(seq as number, cancelled_to as number, limit);
    const seqs = jobs.map((job) => job["seq"] as number);
    const last = seqs.length < limit ? null : (seqs.at(-1) ?? null);
    this.#sql.cancelled.run(last, seq as number);
    return seqs;
  }

  find(seq: number | undefined): FoundBatch {
    if (seq === undefined) return { kind: "unknown" };
    const row = this.#sql.row.get(seq);
    if (row) return { kind: "found", batch: this.#batchOf(row) };
    const last = this.#sql.lastSeq.get()?.["seq"] as number | undefined;
    return { kind: seq <= (last ?? 0) ? "gone" : "unknown" };
  }

  /** @throws AppError `invalid-input` for a cursor that is none of this file's */
  list({ limit, cursor }: BatchListing): BatchPage {
    const isFirst = cursor === undefined;
    const before = isFirst ? Number.MAX_SAFE_INTEGER : this.#ids.seqOfBatchCursor(cursor);
    const rows = this.#sql.older.all(before ?? refuseCursor(), limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      batches: rows.slice(0, limit).map((row) => this.#batchOf(row)),
      cursor: last ? this.#ids.batchCursorOf(last["seq"] as number) : null,
    };
  }

  /** The ids of its jobs, in the order of the submission; also of those that were removed. */
  jobsOf(seq: number): string[] {
    const row = this.#sql.row.get(seq) as Row;
    const first = row["first_job"] as number;
    return Array.from({ length: row["total"] as number }, (_, place) =>
      this.#ids.idOf(first + place),
    );
  }

  #batchOf(row: Row): Batch {
    const seq = row["seq"] as number;
    const { total, ended, finishedAt } = stateOf(row);
    const left = total - countEnded(ended);
    const running = left === 0 ? 0 : (this.#sql.running.get(seq)?.["n"] as number);
    return {
      id: this.#ids.batchIdOf(seq),
      version: row["version"] as number,
      total,
      states: { queued: left - running, running, ...ended },
      createdAt: row["created_at"] as number,
      finishedAt,
      hasWebhook: row["on_end"] !== null,
    };
  }

  #changeOf(seq: number): Record<FinalState, number> {
    const change = this.#changes.get(seq) ?? { ...noneEnded };
    this.#changes.set(seq, change);
    return change;
  }
}

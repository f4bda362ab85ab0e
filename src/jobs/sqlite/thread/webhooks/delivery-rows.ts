import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryAttempt, DeliveryState } from "../../../delivery.ts";
import type { Row } from "../jobs/rows.ts";

/** States of deliveries as the file has them. One that is being sent is pending for a client. */
export const deliveryCodes = { waiting: 0, sending: 1, delivered: 2, failed: 3, withdrawn: 4 };

const publicStates: readonly DeliveryState[] = [
  "pending",
  "pending",
  "delivered",
  "failed",
  "withdrawn",
];

export function deliveryStateOf(code: number): DeliveryState {
  return publicStates[code] ?? "pending";
}

/** What is announced: the end of a job, or of a batch, by its row. */
export type Subject = { readonly job: number } | { readonly batch: number };

export function subjectOf(row: Row): Subject {
  const { job, batch } = row as { job: number | null; batch: number | null };
  return job === null ? { batch: batch as number } : { job };
}

/**
 * Tells a delivery from the others of its job or batch. The time is in it because a file that was
 * restored from a backup gives numbers of rows again.
 */
export function markOf(row: Row): string {
  return `${row["number"]}_${(row["created_at"] as number).toString(36)}`;
}

export function attemptsOf(row: Row): readonly DeliveryAttempt[] {
  return JSON.parse(row["attempts"] as string) as readonly DeliveryAttempt[];
}

/** @param id its `webhook-id` */
export function deliveryOf(row: Row, id: string): Delivery {
  const isSending = row["state"] === deliveryCodes.sending;
  return {
    id,
    url: row["url"] as string,
    state: deliveryStateOf(row["state"] as number),
    createdAt: row["created_at"] as number,
    nextAttemptAt: isSending ? null : (row["due_at"] as number | null),
    attempts: attemptsOf(row),
  };
}

/** Numbers of states are those of `deliveryCodes`. */
export function prepareDeliveries(db: DatabaseSync) {
  return {
    extras: db.prepare("SELECT extras FROM job WHERE seq = ?"),
    insert: db.prepare(
      `INSERT INTO delivery (job, batch, number, url, host, state, created_at, due_at, attempts)
       VALUES (?1, ?2, 1 + (SELECT count(*) FROM delivery WHERE job = ?1 OR batch = ?2), ?3, ?4,
         0, ?5, ?5, '[]')`,
    ),
    nextDue: db.prepare(
      `SELECT due_at FROM delivery INDEXED BY delivery_due
       WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`,
    ),
    claim: db.prepare(
      "UPDATE delivery SET state = 1, token = token + 1, due_at = ? WHERE seq = ? RETURNING *",
    ),
    claimed: db.prepare("SELECT * FROM delivery WHERE seq = ? AND token = ? AND state = 1"),
    settle: db.prepare(
      "UPDATE delivery SET state = ?, due_at = ?, tries = ?, attempts = ? WHERE seq = ?",
    ),
    giveBack: db.prepare(
      "UPDATE delivery SET state = 0, due_at = ? WHERE seq = ? AND token = ? AND state = 1",
    ),
    release: db.prepare(
      `UPDATE delivery SET state = 0, due_at = ? WHERE seq IN
         (SELECT seq FROM delivery INDEXED BY delivery_sending WHERE state = 1) RETURNING seq`,
    ),
    bound: db.prepare(
      "UPDATE delivery SET due_at = ?1 WHERE due_at IS NOT NULL AND due_at > ?1 RETURNING seq",
    ),
    pausing: db.prepare(
      "SELECT seq FROM delivery WHERE due_at IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?",
    ),
    shift: db.prepare("UPDATE delivery SET due_at = due_at + ? WHERE seq = ?"),
    job: prepareOf(db, "job"),
    batch: prepareOf(db, "batch"),
    result: db.prepare("SELECT result FROM result WHERE seq = ? AND octet_length(result) <= ?"),
  };
}

/** The statements on all deliveries of one subject. */
function prepareOf(db: DatabaseSync, subject: "job" | "batch") {
  return {
    all: db.prepare(`SELECT * FROM delivery WHERE ${subject} = ? ORDER BY seq`),
    retry: db.prepare(
      `UPDATE delivery SET state = 0, due_at = ?, tries = iif(state = 3, 0, tries)
       WHERE ${subject} = ? AND state IN (0, 3) RETURNING seq`,
    ),
    withdraw: db.prepare(
      `UPDATE delivery SET state = 4, due_at = NULL WHERE ${subject} = ? AND state < 2`,
    ),
    remove: db.prepare(`DELETE FROM delivery WHERE ${subject} = ?`),
  };
}

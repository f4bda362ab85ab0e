import type { DatabaseSync } from "node:sqlite";
import type { DueHosts } from "../../../webhooks/host-turns.ts";

/** The hosts of the deliveries in the queue's file. */
export function dueHostsOf(db: DatabaseSync): DueHosts {
  const next = db.prepare(
    `SELECT host, due_at FROM delivery INDEXED BY delivery_host
     WHERE due_at IS NOT NULL AND host > ? ORDER BY host, due_at LIMIT 1`,
  );
  const due = db.prepare(
    `SELECT seq FROM delivery INDEXED BY delivery_host
     WHERE due_at IS NOT NULL AND host = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
  );
  return {
    next(after) {
      const row = next.get(after);
      return row && { host: row["host"] as string, dueAt: row["due_at"] as number };
    },
    due: (host, now, most) => due.all(host, now, most).map(({ seq }) => seq as number),
  };
}

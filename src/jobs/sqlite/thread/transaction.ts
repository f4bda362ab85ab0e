import type { DatabaseSync } from "node:sqlite";

/** Changes the file all at once, or not at all: what the change throws is thrown on. */
export function inTransaction<Value>(db: DatabaseSync, change: () => Value): Value {
  try {
    db.exec("BEGIN IMMEDIATE");
    const value = change();
    db.exec("COMMIT");
    return value;
  } catch (error) {
    // After a full disk SQLite may have rolled back by itself.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

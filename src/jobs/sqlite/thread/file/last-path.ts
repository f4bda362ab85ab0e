import type { DatabaseSync } from "node:sqlite";
import { identityOf } from "./identity.ts";
import { hasLog, logOf } from "./look.ts";

/**
 * Finds a log that belongs to the file but is not beside it: the file was moved without it, or was
 * used by another name (a hard link). SQLite would go on without what is in the log.
 *
 * @param path by which `db` was opened
 * @returns undefined where there is none
 */
export function strayLogOf(db: DatabaseSync, path: string): string | undefined {
  const last = lastPathOf(db);
  if (last === undefined || last === path || !hasLog(last)) return undefined;
  // Another file is there now: the log is that one's, and ours is a copy or was replaced.
  const there = identityOf(last);
  const isOthers = there !== undefined && there.id !== identityOf(path)?.id;
  return isOthers ? undefined : logOf(last);
}

/** For the next server on the file. */
export function rememberPath(db: DatabaseSync, path: string): void {
  if (lastPathOf(db) === path) return;
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('path', ?)").run(Buffer.from(path));
}

function lastPathOf(db: DatabaseSync): string | undefined {
  const hasMeta = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get();
  const row = hasMeta && db.prepare("SELECT value FROM meta WHERE name = 'path'").get();
  return row && Buffer.from(row["value"] as Uint8Array).toString();
}

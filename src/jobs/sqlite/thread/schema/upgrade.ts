import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../../../errors.ts";
import { migrate, newestVersion, versionOf } from "./schema.ts";

/** What the operator is told of a file of an earlier version. */
export type Upgrade =
  /** It is brought to a version. That can take long if it has many jobs. */
  | { readonly kind: "begins"; readonly version: number; readonly jobs: number }
  /** It is up to date, but does not shrink by itself, for this reason. */
  | { readonly kind: "not-shrinking"; readonly reason: string };

/**
 * Brings the file to the version of this build: all in one transaction, so that a kill or a full disk
 * leaves it as it was. Then lays a file of before version 6 out anew, so that it can shrink while it
 * is open. If that fails, the next start tries again.
 */
export function bringUpToDate(
  db: DatabaseSync,
  path: string,
  tell: (upgrade: Upgrade) => void,
): void {
  const version = versionOf(db);
  if (version > 0 && version < newestVersion) {
    tell({
      kind: "begins",
      version: newestVersion,
      jobs: numberOf(db, "SELECT count(*) FROM job"),
    });
  }
  migrate(db);
  if (numberOf(db, "PRAGMA auto_vacuum") === incremental) return;
  // The log goes into the file first: it takes room on the disk, too.
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  try {
    requireRoom(db, path);
    db.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  } catch (error) {
    tell({ kind: "not-shrinking", reason: messageOf(error) });
  }
}

/** SQLite's number of this kind of `auto_vacuum`. */
const incremental = 2;

/** SQLite writes what is in use into a file of its own, then into the log, then back. */
const copies = 2;

/** To find the disk full only after minutes would hold up the start for nothing. */
function requireRoom(db: DatabaseSync, path: string): void {
  const pages = numberOf(db, "PRAGMA page_count") - numberOf(db, "PRAGMA freelist_count");
  const neededBytes = copies * pages * numberOf(db, "PRAGMA page_size");
  const { bavail, bsize } = statfsSync(dirname(path));
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const [needed, free] = [neededBytes, freeBytes].map((bytes) => Math.ceil(bytes / 1e6));
  throw new Error(`that needs ${needed} MB on its disk, and ${free} MB are free`);
}

function numberOf(db: DatabaseSync, sql: string): number {
  return Object.values(db.prepare(sql).get() ?? {})[0] as number;
}

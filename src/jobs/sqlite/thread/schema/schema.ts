import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { migrations } from "./migrations.ts";

/** In the header of every file that is ours ("manc" in ASCII). */
export const applicationId = 0x6d616e63;

/** The version that this build writes and reads. */
export const newestVersion = migrations.length;

/** Brings the schema up to date in one transaction. The file is ours, or has no table yet. */
export function migrate(db: DatabaseSync, target = newestVersion): void {
  db.exec("BEGIN EXCLUSIVE");
  for (let version = versionOf(db); version < target; version++) {
    db.exec(migrations[version] ?? "");
    if (version === 0) {
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.prepare("INSERT INTO meta VALUES ('secret', ?)").run(randomBytes(32));
    }
  }
  db.exec(`PRAGMA user_version = ${target}; COMMIT`);
}

export function versionOf(db: DatabaseSync): number {
  return Object.values(db.prepare("PRAGMA user_version").get() ?? {})[0] as number;
}

/** The file's own secret, under which its ids are made. */
export function secretOf(db: DatabaseSync): Uint8Array {
  const row = db.prepare("SELECT value FROM meta WHERE name = 'secret'").get();
  return row?.["value"] as Uint8Array;
}

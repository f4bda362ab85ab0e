import { DatabaseSync } from "node:sqlite";
import { leaveLocks } from "../thread/worker-locks.ts";
import { BackupFailed } from "./failed.ts";

/**
 * Checks a copy of the queue's file, and makes it a file of its own: the next server on it looks for
 * no log where the original was, and waits for none of the original's workers.
 *
 * @returns how many jobs it has
 * @throws BackupFailed where the copy is damaged
 */
export function checkCopy(path: string): number {
  const db = new DatabaseSync(path);
  try {
    const [verdict] = Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {});
    if (verdict !== "ok")
      throw new BackupFailed(`The copy is damaged, and so is the queue's file: ${verdict}`);
    db.exec("DELETE FROM meta WHERE name = 'path'");
    leaveLocks(db);
    const { jobs } = db.prepare("SELECT count(*) AS jobs FROM job").get() as { jobs: number };
    return jobs;
  } finally {
    db.close(); // Writes its log into it, and removes the log.
  }
}

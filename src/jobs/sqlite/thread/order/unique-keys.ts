import type { DatabaseSync } from "node:sqlite";
import type { UniqueKey } from "../../../new-job.ts";
import { type Extras, type StateCode, stateOf } from "../jobs/rows.ts";

/** Which job holds which unique key of its task. Every method belongs in a transaction. */
export class UniqueKeys {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      holder: db.prepare(
        `SELECT seq, state FROM unique_key JOIN job USING (seq)
         WHERE unique_key.task = ? AND unique_key.name = ?`,
      ),
      hold: db.prepare("INSERT INTO unique_key VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
      release: db.prepare("DELETE FROM unique_key WHERE seq = ?"),
      job: db.prepare("SELECT task, extras FROM job WHERE seq = ?"),
    };
  }

  /** The job that holds a key; undefined if the key is free. */
  holderOf(task: string, { key }: UniqueKey) {
    const row = this.#sql.holder.get(task, key);
    if (!row) return undefined;
    const code = row["state"] as StateCode;
    return { seq: row["seq"] as number, code, state: stateOf(code) };
  }

  /** @returns false if another job holds the key, which keeps it */
  hold(seq: number, task: string, { key }: Pick<UniqueKey, "key">): boolean {
    if (this.#sql.hold.run(task, key, seq).changes > 0) return true;
    return this.#sql.holder.get(task, key)?.["seq"] === seq;
  }

  release(seq: number): void {
    this.#sql.release.run(seq);
  }

  /**
   * A job that had given its key back waits again. It holds the key again if that is free.
   *
   * @returns false if another job holds it
   */
  holdAgain(seq: number): boolean {
    const row = this.#sql.job.get(seq);
    const { unique } = JSON.parse((row?.["extras"] ?? "{}") as string) as Extras;
    return unique === undefined || this.hold(seq, row?.["task"] as string, unique);
  }
}

import type { DatabaseSync } from "node:sqlite";
import type { RowAttempt } from "../../../starts.ts";
import { endBits } from "./rows.ts";

/** The latest checkpoint of each job that has one. Its row says so, by a bit of `ends`. */
export class Checkpoints {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      mark: db.prepare(
        `UPDATE job SET ends = ends | ${endBits.checkpoint} WHERE seq = ? AND token = ? AND state = 2`,
      ),
      keep: db.prepare(
        "INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      find: db.prepare("SELECT value FROM checkpoint WHERE seq = ?"),
      drop: db.prepare("DELETE FROM checkpoint WHERE seq = ?"),
    };
  }

  /** Does nothing where the attempt is not under way any more. Belongs in a transaction. */
  keep({ seq, token }: RowAttempt, value: string): void {
    if (this.#sql.mark.run(seq, token).changes > 0) this.#sql.keep.run(seq, value);
  }

  /** For the next attempt. */
  of(seq: number): string | undefined {
    return this.#sql.find.get(seq)?.["value"] as string | undefined;
  }

  /** The job has succeeded. */
  drop(seq: number): void {
    this.#sql.drop.run(seq);
  }
}

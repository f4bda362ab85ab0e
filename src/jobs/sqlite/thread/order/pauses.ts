import type { DatabaseSync } from "node:sqlite";
import type { Paused } from "../../../control.ts";
import type { TaskRules } from "../../../transitions/order/task-rules.ts";

/** In the table, the name of all tasks together. No task has it. */
const allTasks = "";

/** The tasks whose jobs are not started, as the file keeps them and as claims follow them. */
export class Pauses {
  readonly #rules: TaskRules;
  readonly #sql;
  #committed: Paused;
  #now: Paused;

  constructor(db: DatabaseSync, rules: TaskRules) {
    this.#rules = rules;
    this.#sql = {
      all: db.prepare("SELECT task FROM pause ORDER BY task"),
      add: db.prepare("INSERT OR IGNORE INTO pause VALUES (?)"),
      remove: db.prepare("DELETE FROM pause WHERE task = ?"),
      clear: db.prepare("DELETE FROM pause"),
    };
    this.#now = this.#read();
    this.#committed = this.#now;
    this.#follow();
  }

  get now(): Paused {
    return this.#now;
  }

  /**
   * Belongs in a transaction.
   *
   * @param task null for all; to end that ends the pause of every task, too
   */
  set(task: string | null, isPaused: boolean): void {
    if (isPaused) this.#sql.add.run(task ?? allTasks);
    else if (task === null) this.#sql.clear.run();
    else this.#sql.remove.run(task);
    this.#now = this.#read();
    this.#follow();
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#committed = this.#now;
  }

  rollBack(): void {
    if (this.#now === this.#committed) return;
    this.#now = this.#committed;
    this.#follow();
  }

  #read(): Paused {
    const tasks = this.#sql.all.all().map(({ task }) => task as string);
    return { all: tasks.includes(allTasks), tasks: tasks.filter((task) => task !== allTasks) };
  }

  #follow(): void {
    this.#rules.setPaused(this.#now.tasks, this.#now.all);
  }
}

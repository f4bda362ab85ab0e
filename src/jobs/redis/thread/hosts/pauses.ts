import { isTaskPaused, type Paused } from "../../../control.ts";
import type { Client } from "../../connections.ts";
import type { Keys } from "../records/keys.ts";

/** In the set, the name of all tasks together. No task has it. */
const allTasks = "";

/** The tasks whose jobs are not started. Redis has them for all hosts; this is what was read last. */
export class Pauses {
  readonly #client: Client;
  readonly #keys: Keys;
  #now: Paused = { all: false, tasks: [] };

  constructor(client: Client, keys: Keys) {
    this.#client = client;
    this.#keys = keys;
  }

  get now(): Paused {
    return this.#now;
  }

  isPaused(task: string): boolean {
    return isTaskPaused(this.#now, task);
  }

  async read(): Promise<Paused> {
    const tasks = (await this.#client.smembers(this.#keys.paused)).toSorted();
    this.#now = {
      all: tasks.includes(allTasks),
      tasks: tasks.filter((task) => task !== allTasks),
    };
    return this.#now;
  }

  /** @param task null for all; to end that ends the pause of every task, too */
  async set(task: string | null, isPaused: boolean): Promise<Paused> {
    const { paused } = this.#keys;
    if (isPaused) await this.#client.sadd(paused, task ?? allTasks);
    else if (task === null) await this.#client.del(paused);
    else await this.#client.srem(paused, task);
    return this.read();
  }
}

import type { ModelJob } from "./model-job.ts";

/** Which job holds which unique key (docs/ordering.md). */
export class ModelKeys {
  readonly #holders = new Map<string, ModelJob>();

  holder(task: string, key: string): ModelJob | undefined {
    return this.#holders.get(`${task} ${key}`);
  }

  /** @returns false if another job holds its key */
  hold(job: ModelJob): boolean {
    if (!job.unique) return true;
    const name = `${job.task} ${job.unique.key}`;
    if (!this.#holders.has(name)) this.#holders.set(name, job);
    return this.#holders.get(name) === job;
  }

  release(job: ModelJob): void {
    const name = `${job.task} ${job.unique?.key}`;
    if (this.#holders.get(name) === job) this.#holders.delete(name);
  }
}

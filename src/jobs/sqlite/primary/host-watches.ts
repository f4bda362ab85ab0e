import type { Found } from "../../job.ts";
import { Watchers } from "./watchers.ts";

export interface HostWatchesOptions {
  /** From now on the changes of the job are told. @returns the job as it is */
  readonly watch: (id: string) => Promise<Found>;
  readonly unwatch: (id: string) => void;
  readonly tell: (worker: number, watch: number, found: Found) => void;
  readonly onError: (error: unknown) => void;
}

/** Which worker watches which job, by the worker's own number for the watch. */
export class HostWatches {
  readonly #options: HostWatchesOptions;
  readonly #watchers = new Watchers<string>();

  constructor(options: HostWatchesOptions) {
    this.#options = options;
  }

  add(worker: number, watch: number, id: string): void {
    const key = keyOf(worker, watch);
    this.#watchers.add(key, id, (found) => this.#options.tell(worker, watch, found));
    this.#options.watch(id).then((found) => {
      if (this.#watchers.tellOne(key, found)) this.#remove(key);
    }, this.#options.onError);
  }

  remove(worker: number, watch: number): void {
    this.#remove(keyOf(worker, watch));
  }

  /** A worker is no more. */
  drop(worker: number): void {
    for (const key of [...this.#watchers.keys()]) {
      if (key.startsWith(keyOf(worker, ""))) this.#remove(key);
    }
  }

  news(id: string, found: Found): void {
    for (const key of this.#watchers.tell(id, found)) this.#remove(key);
  }

  #remove(key: string): void {
    const id = this.#watchers.remove(key);
    if (id !== undefined) this.#options.unwatch(id);
  }
}

function keyOf(worker: number, watch: number | ""): string {
  return `${worker} ${watch}`;
}

import type { Life } from "../../../channel/life.ts";
import { type NewsKind, Watchers } from "./watchers.ts";

export interface HostWatchesOptions<News> {
  readonly kind: NewsKind<News>;
  /** Asks for the changes from now on. @returns how it is */
  readonly watch: (id: string) => Promise<News>;
  readonly unwatch: (id: string) => void;
  readonly tell: (life: Life, watch: number, found: News) => void;
  readonly onError: (error: unknown) => void;
}

/** Which life of a worker watches which job or batch, by that life's own number for the watch. */
export class HostWatches<News> {
  readonly #options: HostWatchesOptions<News>;
  readonly #watchers: Watchers<string, News>;

  constructor(options: HostWatchesOptions<News>) {
    this.#options = options;
    this.#watchers = new Watchers(options.kind);
  }

  add(life: Life, watch: number, id: string): void {
    const key = keyOf(life, watch);
    this.#watchers.add(key, id, (found) => this.#options.tell(life, watch, found));
    this.#options.watch(id).then((found) => {
      if (this.#watchers.tellOne(key, found)) this.#remove(key);
    }, this.#options.onError);
  }

  remove(life: Life, watch: number): void {
    this.#remove(keyOf(life, watch));
  }

  /** A worker has ended. */
  drop(life: Life): void {
    for (const key of [...this.#watchers.keys()]) {
      if (key.startsWith(keyOf(life, ""))) this.#remove(key);
    }
  }

  news(id: string, found: News): void {
    for (const key of this.#watchers.tell(id, found)) this.#remove(key);
  }

  #remove(key: string): void {
    const id = this.#watchers.remove(key);
    if (id !== undefined) this.#options.unwatch(id);
  }
}

function keyOf(life: Life, watch: number | ""): string {
  return `${life} ${watch}`;
}

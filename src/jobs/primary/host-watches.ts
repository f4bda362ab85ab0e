import { type NewsKind, Watchers } from "./watchers.ts";

export interface HostWatchesOptions<End, News> {
  readonly kind: NewsKind<News>;
  /** Asks for the changes from now on. @returns how it is */
  readonly watch: (id: string) => Promise<News>;
  readonly unwatch: (id: string) => void;
  readonly tell: (end: End, watch: number, found: News) => void;
  readonly onError: (error: unknown) => void;
}

/** Who watches one job or batch. `watch` is that end's own number for it. */
interface Watching<End> {
  readonly end: End;
  readonly watch: number;
}

/** Which end of the queue, a worker's or control's, watches which job or batch. */
export class HostWatches<End, News> {
  readonly #options: HostWatchesOptions<End, News>;
  readonly #watchers: Watchers<Watching<End>, News>;
  readonly #byEnd = new Map<End, Map<number, Watching<End>>>();

  constructor(options: HostWatchesOptions<End, News>) {
    this.#options = options;
    this.#watchers = new Watchers(options.kind);
  }

  add(end: End, watch: number, id: string): void {
    this.remove(end, watch); // A task may have forged a number that is in use.
    const watching = { end, watch };
    const own = this.#byEnd.get(end) ?? new Map();
    this.#byEnd.set(end, own.set(watch, watching));
    this.#watchers.add(watching, id, (found) => this.#options.tell(end, watch, found));
    this.#options.watch(id).then((found) => {
      if (this.#watchers.tellOne(watching, found)) this.#remove(watching);
    }, this.#options.onError);
  }

  remove(end: End, watch: number): void {
    const watching = this.#byEnd.get(end)?.get(watch);
    if (watching) this.#remove(watching);
  }

  /** This end is gone. */
  drop(end: End): void {
    for (const watching of this.#byEnd.get(end)?.values() ?? []) this.#remove(watching);
  }

  news(id: string, found: News): void {
    for (const watching of this.#watchers.tell(id, found)) this.#remove(watching);
  }

  #remove(watching: Watching<End>): void {
    const own = this.#byEnd.get(watching.end);
    if (own?.get(watching.watch) === watching) own.delete(watching.watch);
    if (own?.size === 0) this.#byEnd.delete(watching.end);
    const id = this.#watchers.remove(watching);
    if (id !== undefined) this.#options.unwatch(id);
  }
}

import type { Found } from "../../job.ts";
import { isFinal } from "../../job.ts";

/** Hears of a job until the job is final or gone, or the watch is called off. */
type Listener = (found: Found) => void;

/**
 * Who watches which job. The first look and the changes come by different ways, so news may come
 * twice or out of order: only what is newer than the last is told.
 */
export class Watchers<Key> {
  readonly #watches = new Map<Key, { id: string; listener: Listener; version: number }>();
  readonly #byId = new Map<string, Set<Key>>();

  add(key: Key, id: string, listener: Listener): void {
    this.#watches.set(key, { id, listener, version: -1 });
    const keys = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, keys.add(key));
  }

  /** @returns the id of the watched job; undefined where the watch is over */
  remove(key: Key): string | undefined {
    const id = this.#watches.get(key)?.id;
    if (id === undefined) return undefined;
    this.#watches.delete(key);
    const keys = this.#byId.get(id);
    keys?.delete(key);
    if (keys?.size === 0) this.#byId.delete(id);
    return id;
  }

  /** Tells all who watch this job. @returns the keys for which this was the last news */
  tell(id: string, found: Found): Key[] {
    return [...(this.#byId.get(id) ?? [])].filter((key) => this.#tellOne(key, found));
  }

  /** Tells one. @returns whether this was the last news */
  tellOne(key: Key, found: Found): boolean {
    return this.#watches.has(key) && this.#tellOne(key, found);
  }

  keys(): IterableIterator<Key> {
    return this.#watches.keys();
  }

  #tellOne(key: Key, found: Found): boolean {
    const watch = this.#watches.get(key);
    if (!watch) return false;
    const isLast = found.kind !== "found" || isFinal(found.job.state);
    const version = found.kind === "found" ? found.job.version : Number.POSITIVE_INFINITY;
    if (version <= watch.version) return false;
    watch.version = version;
    watch.listener(found);
    return isLast;
  }
}

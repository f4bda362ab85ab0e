/** What the watchers need to know of some news. */
export interface NewsKind<News> {
  /** News of a lower or the same version are old. */
  readonly versionOf: (news: News) => number;
  /** After these news there are no more. */
  readonly isLast: (news: News) => boolean;
}

interface Watch<News> {
  readonly id: string;
  /** Hears of it until the last news, or until the watch is called off. */
  readonly listener: (news: News) => void;
  version: number;
}

/**
 * Who watches what, a job or a batch. The first look and the changes come by different ways, so news may come
 * twice or out of order: only what is newer than the last is told.
 */
export class Watchers<Key, News> {
  readonly #kind: NewsKind<News>;
  readonly #watches = new Map<Key, Watch<News>>();
  readonly #byId = new Map<string, Set<Key>>();

  constructor(kind: NewsKind<News>) {
    this.#kind = kind;
  }

  add(key: Key, id: string, listener: (news: News) => void): void {
    this.#watches.set(key, { id, listener, version: -1 });
    const keys = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, keys.add(key));
  }

  /** @returns the id of what was watched; undefined where the watch is over */
  remove(key: Key): string | undefined {
    const id = this.#watches.get(key)?.id;
    if (id === undefined) return undefined;
    this.#watches.delete(key);
    const keys = this.#byId.get(id);
    keys?.delete(key);
    if (keys?.size === 0) this.#byId.delete(id);
    return id;
  }

  /** Tells all who watch this. @returns the keys for which this was the last news */
  tell(id: string, news: News): Key[] {
    return [...(this.#byId.get(id) ?? [])].filter((key) => this.#tellOne(key, news));
  }

  /** Tells one. @returns whether this was the last news */
  tellOne(key: Key, news: News): boolean {
    return this.#watches.has(key) && this.#tellOne(key, news);
  }

  #tellOne(key: Key, news: News): boolean {
    const watch = this.#watches.get(key);
    if (!watch) return false;
    const version = this.#kind.versionOf(news);
    if (version <= watch.version) return false;
    watch.version = version;
    watch.listener(news);
    return this.#kind.isLast(news);
  }
}

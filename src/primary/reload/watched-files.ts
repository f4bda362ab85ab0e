import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileVersion } from "../../config/file/version.ts";
import { isTaskModule } from "../../config/task-sources.ts";

interface Listeners {
  /** Hears of a file that is another one than before. */
  readonly onChange: (path: string) => void;
  /** The system does not watch a folder, for want of inotify watches for example. */
  readonly onError: (folder: string, error: unknown) => void;
}

/**
 * Files, and folders of task modules. It watches the folders that they are in: many editors save by
 * putting a new file in the old one's place, and a file that is missing may come.
 */
export class WatchedFiles {
  readonly #on: Listeners;
  /** The version of each file, by its absolute path. */
  readonly #versions = new Map<string, string>();
  /** By folder; undefined where the system does not watch it. */
  readonly #watchers = new Map<string, FSWatcher | undefined>();
  /** Folders of which a module that is new counts as well. */
  readonly #sources = new Set<string>();

  constructor(on: Listeners) {
    this.#on = on;
  }

  /**
   * @param path absolute
   * @param version of the file that somebody is about to read; now, if it is left out
   */
  addFile(path: string, version?: string): void {
    this.#watch(dirname(path));
    const current = fileVersion(path);
    this.#versions.set(path, current);
    if (version !== undefined && version !== current) this.#on.onChange(path);
  }

  /** @param folder absolute */
  addFolder(folder: string): void {
    this.#sources.add(folder);
    this.#watch(folder);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher?.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#look(folder, name));
      watcher.on("error", (error) => {
        this.#watchers.delete(folder);
        watcher.close();
        this.#on.onError(folder, error);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#watchers.set(folder, undefined);
      this.#on.onError(folder, error);
    }
  }

  /** @param name null where the system does not tell it */
  #look(folder: string, name: string | null): void {
    const known = [...this.#versions.keys()].filter((path) => dirname(path) === folder);
    const named = name === null ? known : [join(folder, name)];
    for (const path of named) {
      const before = this.#versions.get(path);
      const isNew = before === undefined && this.#sources.has(folder);
      if (before === undefined && !(isNew && isTaskModule(basename(path)))) continue;
      const version = fileVersion(path);
      if (version === (before ?? "missing")) continue;
      this.#versions.set(path, version);
      this.#on.onChange(path);
    }
  }
}

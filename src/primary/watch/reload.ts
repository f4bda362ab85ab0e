import { relative, resolve } from "node:path";
import type { Logger } from "pino";
import { systemClock } from "../../clock.ts";
import type { Config, ReadConfig } from "../../config/config.ts";
import { reloaded } from "../../config/reloaded.ts";
import { findTaskSource, taskSourceErrors } from "../../config/task-sources.ts";
import { messageOf } from "../../errors.ts";
import { WatchedFiles } from "./watched-files.ts";

/** How long the files must be left alone. One save may write several times, and to several files. */
const settlingMs = 100;

interface ReloadOptions {
  /** That the workers have. */
  readonly config: Config;
  /** The same, as it was read: its port may be 0. */
  readonly asRead: Config;
  readonly log: Logger;
  /** The configuration file's modules, as absolute paths. */
  readonly modules: readonly string[];
  /** Reads the configuration again. It never rejects. */
  readonly readAgain: () => Promise<ReadConfig>;
  /** Replaces the workers by ones with this configuration. */
  readonly roll: (config: Config) => void;
}

/** Replaces the workers when a file is saved that they, or the configuration, are made of. */
export class Reload {
  readonly #options: ReloadOptions;
  readonly #files: WatchedFiles;
  /** The configuration that the workers are to have. */
  #config: Config;
  /** As it was read last, with what only a restart can apply. */
  #lastRead: Config;
  #modules: ReadonlySet<string>;
  readonly #changed = new Set<string>();
  #callOff = () => {};

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#lastRead = options.asRead;
    this.#modules = new Set(options.modules);
    this.#files = new WatchedFiles({
      onChange: (path) => this.#note(path),
      onError: (folder, error) =>
        options.log.warn(`--watch does not see saves in ${folder}: ${messageOf(error)}`),
    });
    this.#watchSources();
  }

  /** A worker is about to read this module. */
  addModule(path: string, version: string): void {
    this.#files.addFile(path, version);
  }

  close(): void {
    this.#callOff();
    this.#files.close();
  }

  #watchSources(): void {
    for (const path of this.#modules) this.#files.addFile(path);
    for (const given of this.#config.taskFiles) {
      const source = findTaskSource(given);
      if (source.kind === "folder") this.#files.addFolder(resolve(given));
    }
  }

  #note(path: string): void {
    this.#changed.add(path);
    this.#callOff();
    this.#callOff = systemClock.after(settlingMs, () => void this.#reload());
  }

  async #reload(): Promise<void> {
    const { log, roll } = this.#options;
    const paths = [...this.#changed];
    this.#changed.clear();
    if (paths.some((path) => this.#modules.has(path)) && !(await this.#readConfig())) return;
    const missing = taskSourceErrors(this.#config.taskFiles);
    for (const error of missing) log.error(`Not reloaded: ${error}`);
    if (missing.length > 0) return;
    this.#watchSources();
    log.info(`${paths.map((path) => relative("", path)).join(", ")} changed: reloading`);
    roll(this.#config);
  }

  /** @returns false if it cannot be used */
  async #readConfig(): Promise<boolean> {
    const { log, readAgain } = this.#options;
    const { parsed, modules } = await readAgain();
    this.#modules = new Set([...this.#modules, ...modules]);
    for (const path of modules) this.#files.addFile(path);
    if (parsed.kind !== "serve") {
      const errors = parsed.kind === "errors" ? parsed.errors : [];
      for (const error of errors) log.error(`Not reloaded: ${error}`);
      return false;
    }
    const { config, kept } = reloaded(this.#config, this.#lastRead, parsed.config);
    for (const what of kept) log.warn(`${what} has changed: that needs a restart of the server`);
    this.#config = config;
    this.#lastRead = parsed.config;
    return true;
  }
}

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
  /** That the next workers are to have. */
  readonly running: () => Config;
  /** The first one, as it was read: its port may be 0. */
  readonly asRead: Config;
  readonly log: Logger;
  /** The configuration file's modules, as absolute paths. */
  readonly modules: readonly string[];
  /** Reads the configuration again, and never rejects. Undefined where nobody can. */
  readonly readAgain: (() => Promise<ReadConfig>) | undefined;
  /** Replaces the workers by ones with this configuration. */
  readonly roll: (config: Config) => void;
}

/** Reads the configuration again and replaces the workers: when it is told to, or after a save. */
export class Reload {
  readonly #options: ReloadOptions;
  /** With `--watch`. */
  #files: WatchedFiles | undefined;
  /** As it was read last, with what only a restart can apply. */
  #lastRead: Config;
  #modules: ReadonlySet<string>;
  readonly #changed = new Set<string>();
  #callOff = () => {};

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#lastRead = options.asRead;
    this.#modules = new Set(options.modules);
  }

  /** Reloads after each save of a file that the workers, or the configuration, are made of. */
  watch(): void {
    const { log } = this.#options;
    this.#files = new WatchedFiles({
      onChange: (path) => this.#note(path),
      onError: (folder, error) =>
        log.warn(`--watch does not see saves in ${folder}: ${messageOf(error)}`),
    });
    for (const path of this.#modules) this.#files.addFile(path);
    this.#watchSources(this.#options.running());
  }

  /** A worker is about to read this module. */
  addModule(path: string, version: string): void {
    this.#files?.addFile(path, version);
  }

  close(): void {
    this.#callOff();
    this.#files?.close();
  }

  /**
   * Begins a reload.
   *
   * @param readsConfig whether the configuration is read again, too
   * @param onBegin is called just before the workers are replaced
   * @returns why it cannot begin; empty if it has begun
   */
  async begin(readsConfig: boolean, onBegin = () => {}): Promise<readonly string[]> {
    const { running, roll } = this.#options;
    const read = readsConfig ? await this.#readConfig() : { config: running(), errors: [] };
    if (read.errors.length > 0) return read.errors;
    const missing = taskSourceErrors(read.config.taskFiles);
    if (missing.length > 0) return missing;
    this.#watchSources(read.config);
    onBegin();
    roll(read.config);
    return [];
  }

  #watchSources({ taskFiles }: Config): void {
    for (const given of taskFiles) {
      const source = findTaskSource(given);
      if (source.kind === "folder") this.#files?.addFolder(resolve(given));
    }
  }

  #note(path: string): void {
    this.#changed.add(path);
    this.#callOff();
    this.#callOff = systemClock.after(settlingMs, () => void this.#reloadSaved());
  }

  async #reloadSaved(): Promise<void> {
    const { log } = this.#options;
    const paths = [...this.#changed];
    this.#changed.clear();
    log.info(`${paths.map((path) => relative("", path)).join(", ")} changed: reloading`);
    const errors = await this.begin(paths.some((path) => this.#modules.has(path)));
    for (const error of errors) log.error(`Not reloaded: ${error}`);
  }

  async #readConfig(): Promise<{ readonly config: Config; readonly errors: readonly string[] }> {
    const { log, readAgain, running } = this.#options;
    if (!readAgain) return { config: running(), errors: [] };
    const { parsed, modules } = await readAgain();
    this.#modules = new Set([...this.#modules, ...modules]);
    for (const path of modules) this.#files?.addFile(path);
    const config = running();
    if (parsed.kind !== "serve") {
      return { config, errors: parsed.kind === "errors" ? parsed.errors : [] };
    }
    const next = reloaded(config, this.#lastRead, parsed.config);
    for (const what of next.kept) {
      log.warn(`${what} has changed: that needs a restart of the server`);
    }
    this.#lastRead = parsed.config;
    return { config: next.config, errors: [] };
  }
}
